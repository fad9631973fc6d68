import ArgumentParser
import Chain
import Ledger
import Node
import Primitives
import Trade
import Wire

/// What one side of an ended order says about the other: `argosy review commit | reveal | show`.
struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Review the other side of an ended order, without its seeing yours first.",
        discussion: """
            First the hash, within 14 days of the end; then stars and words, once both hashes are there or \
            the 14 days are over. Give the same stars and words both times: the salt follows from the \
            account's key.
              argosy review commit ORDER --stars 5 --words "as promised" --account buyer
              argosy review reveal ORDER --stars 5 --words "as promised" --account buyer
            """,
        subcommands: [Commit.self, Reveal.self, Show.self])

    struct Commit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put down the hash of a review.")

        @OptionGroup var order: OrderArgument
        @OptionGroup var saying: ReviewWords
        @OptionGroup var step: StepOptions

        func run() async throws {
            let id = try order.id
            let session = try await WalletSession(step.home)
            let account = try session.account(step.account)
            let salt = try session.reviewSalt(of: id, by: account.name, step.passphrase)
            let commitment = Review.commitment(
                stars: saying.stars, text: saying.text, salt: salt, order: id,
                reviewer: AccountID(account.key))
            try await step.take(
                [.commitReview(CommitReview(order: id, commitment: commitment))], in: session,
                order: id)
        }
    }

    struct Reveal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the review whose hash was put down.")

        @OptionGroup var order: OrderArgument
        @OptionGroup var saying: ReviewWords
        @OptionGroup var step: StepOptions

        func run() async throws {
            let id = try order.id
            let session = try await WalletSession(step.home)
            let account = try session.account(step.account)
            let salt = try session.reviewSalt(of: id, by: account.name, step.passphrase)
            try await step.take(
                [
                    .revealReview(
                        RevealReview(order: id, stars: saying.stars, text: saying.text, salt: salt))
                ], in: session, order: id)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what both sides of an order said, as far as it is revealed.")

        @OptionGroup var order: OrderArgument
        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try order.id
            let session = try await WalletSession(home)
            let order = try await session.order(id)
            var sides: [ReviewAnswer.Side] = []
            for (name, account) in [("buyer", order.buyer), ("seller", order.seller)] {
                let found = try await session.record(
                    Review.id(order: id, reviewer: account), as: Review.self)
                sides.append(ReviewAnswer.Side(name, found))
            }
            try output.show(ReviewAnswer(order: id.hex, sides: sides))
        }
    }
}

/// Stars and words of a review.
struct ReviewWords: ParsableArguments {
    @Option(help: "1 to 5.")
    var stars: UInt32

    @Option(help: "What to say; the ledger keeps its hash, and the words go where you put them.")
    var words = ""

    var text: Digest { Digest(hashing: Array(words.utf8), in: .words) }

    func validate() throws {
        guard (1...Review.starLimit).contains(stars) else {
            throw ValidationError("--stars is from 1 to \(Review.starLimit)")
        }
    }
}

struct ReviewAnswer: Answer {
    struct Side: Encodable {
        /// `buyer` or `seller`.
        let by: String
        /// `none`, `put down` or `revealed`.
        let state: String
        /// 0 until it is revealed.
        let stars: UInt32
        /// Hash of the words.
        let words: String

        init(_ by: String, _ review: Review?) {
            self.by = by
            stars = review?.stars ?? 0
            state = review == nil ? "none" : stars == 0 ? "put down" : "revealed"
            words = review?.text?.hex ?? ""
        }
    }

    let order: String
    let sides: [Side]

    var text: String {
        var table = Table()
        for side in sides {
            table.add(side.by, side.state, side.stars > 0 ? "\(side.stars) stars" : "")
        }
        return table.text
    }
}

extension WalletSession {
    /// Keeps five stars from being guessed; it follows from the account's key, and so is never lost.
    func reviewSalt(
        of order: Digest, by account: String, _ passphrase: PassphraseOptions
    ) throws -> Digest {
        let key = try wallet.unlock(account, passphrase: try passphrase.read(for: account))
        let signature = key.sign(Array("argosy/review-salts/1".utf8) + order.bytes.array)
        return Digest(Sha256.hash(signature.bytes.array))
    }
}

extension HashDomain {
    /// Words of reviews.
    static let words = HashDomain("argosy/words")
}

import ArgumentParser
import Chain
import Foundation
import Ledger
import Node
import Primitives
import Trade
import Wire

/// How an order is paid, as people write it.
enum ModeOption: String, CaseIterable, ExpressibleByArgument {
    case direct, locked, balance
}

/// Writes the terms of an order to a file: `argosy order offer`.
struct OfferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offer",
        abstract: "The seller writes terms to a file; for direct payment he posts the quote too.",
        discussion: """
            Times are the usual ones unless others are given; a buyer's wallet asks before it takes \
            unusual ones. Deposits are of half the price (locked) or \
            30 % (balance). Every carrier of a leg is accepted by name; customs, inspectors and others \
            with --accept. Duty, one amount a line, waits 30 and 45 days after release.
            """)

    @Argument(help: ArgumentHelp("Where to write the terms.", valueName: "file"))
    var file: String

    @OptionGroup var step: StepOptions

    @Option(help: "The asset that prices are in; its code or its id.")
    var asset: String

    @Option(
        help: ArgumentHelp(
            "Units and price of one unit, such as 3x12.50; may be given again.",
            valueName: "units x price"))
    var line: [String]

    @Option(
        help: ArgumentHelp(
            "A part of the way, such as CNSHA-GBFXT:haulier:2.00:37.50, with the carrier's name or "
                + "address, his price and his bond; may be given again.",
            valueName: "from-to:carrier:price:bond"))
    var leg: [String]

    @Option(help: "How it is paid: direct, locked or balance.")
    var mode = ModeOption.direct

    @Option(help: "Orders that the quote is good for, when paid directly.")
    var count: UInt64 = 1

    @OptionGroup var parties: OfferParties
    @OptionGroup var times: OfferTimes

    func run() async throws {
        let session = try await WalletSession(step.home)
        let seller = try session.account(step.account)
        let asset = try await session.asset(asset)
        guard let assetID = AssetID(hex: asset.id) else { throw CommandError.otherAnswer }
        let duties = try parties.duties(of: line.count, asset, session)
        let lines = try zip(line, duties).map { try Self.line($0, duty: $1, asset, session) }
        let legs = try leg.map { try Self.leg($0, asset, session) }
        let terms = try self.terms(AccountID(seller.key), assetID, lines, legs, session)
        let id = Quote.id(seller: AccountID(seller.key), terms: terms.digest)
        do throws(Rejection) { try terms.check() } catch {
            throw CommandError(
                "These terms cannot be offered: \(error)",
                advice:
                    "Legs must follow each other, no amount may be zero, and every time is from an "
                    + "hour to 400 days.")
        }
        try NewFile.write(Data((Hex.encode(terms.wire) + "\n").utf8), to: file)
        guard mode == .direct else {
            return try step.output.show(OfferAnswer(file: file, terms: terms.digest.hex))
        }
        try await step.take(
            [.postQuote(PostQuote(terms: terms, count: count))], in: session, order: id, as: .quote)
    }

    private func terms(
        _ seller: AccountID, _ asset: AssetID, _ lines: [Line], _ legs: [Leg],
        _ session: WalletSession
    ) throws -> Terms {
        let carriers = legs.map { Acceptance(role: .carrier, attester: $0.custodian) }
        let accepted = Set(carriers + (try parties.accepted(session))).sorted {
            ($0.role.rawValue, $0.attester.hex) < ($1.role.rawValue, $1.attester.hex)
        }
        let freight = legs.last?.price ?? .zero
        return Terms(
            seller: seller, asset: asset, settlement: settlement(lines),
            times: times.times,
            goods: Goods(
                lines: lines,
                items: Digest(hashing: lines.flatMap { $0.wire }, in: .packing)),
            legs: legs, accepted: accepted, duty: try parties.duty(lines, session),
            returns: times.returns(freight: freight, bond: legs.last?.bond ?? .zero),
            papers: times.papers)
    }

    private func settlement(_ lines: [Line]) -> Settlement {
        let price = Amount(
            minorUnits: lines.reduce(0) { $0 + ($1.price ?? .zero).minorUnits })
        let half = price.part(Share(clamping: 500))
        let deposit = price.part(Share(clamping: 300))
        return switch mode {
        case .direct: .direct(DirectTerms())
        case .locked:
            .locked(
                LockedTerms(
                    buyerDeposit: half, sellerDeposit: half, lateShare: Share(clamping: 50),
                    burntShare: .whole, buyerShare: Share(clamping: 500), negotiation: .days(14),
                    limit: .days(44)))
        case .balance:
            .balance(
                BalanceTerms(
                    deposit: deposit, sellerBond: deposit, production: .days(30),
                    payment: .days(15)))
        }
    }

    /// What one line may be worth, so that all lines fit together.
    private static let lineLimit = Amount(minorUnits: 1 << 56)

    private static func line(
        _ text: String, duty: Amount, _ asset: AssetAnswer, _ session: WalletSession
    ) throws -> Line {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let quantity = UInt64(parts[0]), quantity > 0 else {
            throw CommandError("`\(text.prefix(80))` is no line.", advice: "Write it like 3x12.50.")
        }
        let price = try session.amount(String(parts[1]), of: asset)
        let line = Line(quantity: quantity, unitPrice: price, duty: duty)
        guard let sum = line.price, sum > .zero, sum < lineLimit else {
            throw CommandError("`\(text.prefix(80))` is worth nothing, or too much.")
        }
        return line
    }

    private static func leg(
        _ text: String, _ asset: AssetAnswer, _ session: WalletSession
    ) throws -> Leg {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let places = parts[0].split(separator: "-").map(String.init)
        guard parts.count == 4, places.count == 2, let origin = Location(places[0]),
            let destination = Location(places[1])
        else {
            throw CommandError(
                "`\(text.prefix(80))` is no part of a way.",
                advice: "Write it like CNSHA-GBFXT:haulier:2.00:37.50, places as UN/LOCODE.")
        }
        return Leg(
            origin: origin, destination: destination,
            custodian: AccountID(try session.recipient(parts[1]).key),
            price: try session.amount(parts[2], of: asset), term: .days(15),
            bond: try session.amount(parts[3], of: asset))
    }
}

struct OfferAnswer: Answer {
    let file: String
    /// Hash of the terms.
    let terms: String

    var text: String { "terms \(terms) are in \(file)" }
}

/// Orders on terms: `argosy order new`.
struct NewOrderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "The buyer orders on terms and pays what they say; prints the order's name.",
        discussion: "For the ways locked and balance the seller signs too: --with SELLER.")

    @Argument(help: ArgumentHelp("The file of `argosy order offer`.", valueName: "file"))
    var file: String

    @OptionGroup var step: StepOptions

    @Option(help: "The buyer's own number, so that the same terms can be ordered on again.")
    var number: UInt64 = 1

    @Flag(help: "Order on times that are shorter or longer than usual, too.")
    var anyTerms = false

    func run() async throws {
        let session = try await WalletSession(step.home)
        let text = try DocumentFile.bytes(file, limit: 65_536)
        guard
            let bytes = Hex.decode(
                String(decoding: text, as: UTF8.self).trimmingCharacters(
                    in: .whitespacesAndNewlines)), let terms = try? Terms(wire: bytes)
        else {
            throw CommandError(
                "\(file) holds no terms.", advice: "`argosy order offer` writes such a file.")
        }
        let objections = anyTerms ? [] : TermsPolicy.usual.objections(to: terms)
        guard objections.isEmpty else {
            throw CommandError(
                "These terms are unusual: \(objections.joined(separator: "; ")).",
                advice: "Ask the seller for others, or order on them with --any-terms.")
        }
        let buyer = try session.account(step.account)
        let id = Order.id(terms: terms.digest, buyer: AccountID(buyer.key), number: number)
        if case .direct = terms.settlement {} else { _ = try step.other(in: session, as: "seller") }
        let secret = Digest(SystemEntropy.bytes32())
        let order = PlaceOrder(
            terms: terms, number: number, code: Order.code(of: secret, for: id))
        let warning = try await warning(terms, AccountID(buyer.key), session)
        try await step.take(
            [.placeOrder(order)], in: session, order: id, as: .newOrder, secret: secret,
            warning: warning)
    }

    /// What speaks against such a price with this seller (reference trade 7.6, long con).
    private func warning(
        _ terms: Terms, _ buyer: AccountID, _ session: WalletSession
    ) async throws -> String? {
        let question = ControlRequest.credit(
            party: terms.seller.hex, viewer: buyer.hex, trusted: [])
        let credit: CreditAnswer
        do {
            guard case .credit(let answer) = try await session.home.ask(question) else {
                throw CommandError.otherAnswer
            }
            credit = answer
        } catch let error as CommandError {
            return "The seller has no record: \(error.description)"
        }
        let part = credit.parts.first { $0.asset == terms.asset.hex }
        func amount(_ text: String?) -> Amount {
            Amount(minorUnits: text.flatMap { UInt64($0) } ?? 0)
        }
        let bond =
            switch terms.settlement {
            case .direct(let direct): direct.sellerBond
            case .locked(let locked): locked.sellerDeposit
            case .balance(let balance): balance.sellerBond
            }
        let prudent = CreditReport.prudentPrice(
            medianSale: amount(part?.medianSale), costToForge: amount(part?.costToForge),
            bond: bond)
        guard terms.price > prudent else { return nil }
        let asset = try await session.asset(terms.asset.hex)
        return """
            The seller's record and bond speak for a price of up to \
            \(prudent.decimal(asset.decimals)) \(asset.code); see `argosy credit`.
            """
    }
}

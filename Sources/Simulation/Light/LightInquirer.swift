import Chain
import Ledger
import LightClient
import Primitives
import StateTree
import Wire

/// What somebody wants to know beyond the head: a balance and how it came about, a block, and
/// whether a transaction is in it.
///
/// It asks one full node one thing at a time and believes nothing that it has not checked with what
/// production's light nodes check with: ``LightClient/LightTrust``, ``LightClient/Statement`` and
/// paths.
struct LightInquirer: Sendable {
    /// What has been shown.
    enum Finding: Sendable {
        /// `nil` when it was shown that there is none.
        case balance(AccountID, amount: UInt64?, at: Height)
        /// All changes of a balance from the first.
        case statement(AccountID, events: [JournalEvent], at: Height)
        case block(Block)
        case included(Digest, in: BlockHeader)
    }

    /// What comes of an answer.
    enum Step: Sendable {
        case found(Finding)
        case refused(LightFault, Kind)
        /// Nothing that tells anything about the source.
        case dropped
    }

    private enum Stage: Sendable {
        case balance(AccountID)
        case journal(AccountID, Statement, [JournalEvent], at: Height)
        case block(Height)
        case ancestor(Block)
        case status(Transaction, BlockHeader)
    }

    private struct Question: Sendable {
        let source: PeerName
        let ticket: UInt64
        let request: LightRequest
        let stage: Stage
    }

    private let asset: AssetID
    private var question: Question?
    private var ticket: UInt64 = Self.firstTicket
    /// Findings by kind of request.
    private(set) var foundCounts: [Kind: Int] = [:]

    /// Apart from the numbers of the client's own questions.
    private static let firstTicket: UInt64 = 1 << 63

    /// What was asked for.
    enum Kind: CaseIterable { case leaf, journal, block, ancestor, status }

    init(asset: AssetID) { self.asset = asset }

    func isExpected(_ source: PeerName, _ ticket: UInt64) -> Bool {
        question?.source == source && question?.ticket == ticket
    }

    /// Gives the question up.
    mutating func drop() { question = nil }

    /// Begins with a question of its own choice, unless one is open.
    ///
    /// - Returns: whom to ask what.
    mutating func begin(
        _ accounts: [AccountID], head: BlockHeader, sources: [PeerName], _ dice: inout Dice
    ) -> (PeerName, LightRequest, ticket: UInt64)? {
        guard question == nil, !sources.isEmpty, !accounts.isEmpty else { return nil }
        let source = sources[dice.index(of: sources.count)]
        guard head.height.number == 0 || dice.below(3) > 0 else {
            // The newest block is shown by its own certificate, an older one by its path.
            let height =
                dice.below(2) == 0
                ? head.height : Height(1 + dice.below(head.height.number))
            return ask(source, .block(height), .block(height))
        }
        let account = accounts[dice.index(of: accounts.count)]
        return ask(source, .leaf(key(of: account)), .balance(account))
    }

    private func key(of account: AccountID) -> LeafKey {
        LeafID.balance(BalanceID(account, asset)).key
    }

    private mutating func ask(
        _ source: PeerName, _ request: LightRequest, _ stage: Stage
    ) -> (PeerName, LightRequest, ticket: UInt64) {
        ticket += 1
        question = Question(source: source, ticket: ticket, request: request, stage: stage)
        return (source, request, ticket)
    }

    /// What is to be asked next, of the source that has just answered.
    var open: (PeerName, LightRequest, ticket: UInt64)? {
        question.map { ($0.source, $0.request, $0.ticket) }
    }

    /// Takes the answer to the open question; afterwards ``open`` is the one that follows, if any.
    mutating func take(_ response: LightResponse, _ trust: LightTrust, now: Timestamp) -> [Step] {
        guard let question else { return [] }
        self.question = nil
        if case .refused = response { return [.dropped] }
        let kind = Self.kind(of: question.stage)
        do throws(LightFault) {
            guard response.answers(question.request) else { throw .wrongAnswer }
            let findings = try check(response, question, trust, now: now)
            if !findings.isEmpty { foundCounts[kind, default: 0] += 1 }
            return findings.map { .found($0) }
        } catch {
            self.question = nil
            return [.refused(error, kind)]
        }
    }

    private static func kind(of stage: Stage) -> Kind {
        switch stage {
        case .balance: .leaf
        case .journal: .journal
        case .block: .block
        case .ancestor: .ancestor
        case .status: .status
        }
    }

    private mutating func check(
        _ response: LightResponse, _ question: Question, _ trust: LightTrust, now: Timestamp
    ) throws(LightFault) -> [Finding] {
        var trust = trust
        switch (question.stage, response) {
        case (.balance(let account), .leaf(let leaf)):
            let answer = try trust.answer(
                leaf, for: key(of: account), notBefore: trust.head?.header.height ?? Height(0),
                now: now)
            return try take(
                answer, of: account, at: leaf.finalized.header.height, from: question.source)
        case (.journal(let account, var statement, let read, let height), .journal(let page)):
            do throws(StatementFault) {
                try statement.take(page)
                if statement.isAtEnd { try statement.finish() }
            } catch { throw .wrongAnswer }
            guard statement.isAtEnd else {
                // A node that has not got so far is asked no more.
                if !page.events.isEmpty {
                    go(on: statement, read + page.events, of: account, height, question.source)
                }
                return []
            }
            return [.statement(account, events: read + page.events, at: height)]
        case (.block(let height), .block(let served)):
            return try take(served, at: height, trust, from: question.source, now: now)
        case (.ancestor(let block), .ancestor(let ancestor)):
            guard let head = trust.head, ancestor.header == block.header else {
                throw .wrongSubject
            }
            try ancestor.verify(under: head.header)
            return believe(block, from: question.source)
        case (.status(let transaction, let header), .status(let status)):
            guard case .included(let included) = status else { throw .wrongAnswer }
            guard included.header == header else { throw .wrongSubject }
            try included.verify(id: transaction.envelope)
            return [.included(transaction.id, in: header)]
        default: throw .wrongAnswer
        }
    }

    private mutating func take(
        _ answer: StateVerifier.Answer, of account: AccountID, at height: Height,
        from source: PeerName
    ) throws(LightFault) -> [Finding] {
        guard case .present(let bytes) = answer else {
            return [.balance(account, amount: nil, at: height)]
        }
        guard let leaf = try? BalanceLeaf(wire: bytes) else { throw .wrongAnswer }
        go(on: Statement(expected: leaf.journal), [], of: account, height, source)
        return [.balance(account, amount: leaf.amount.minorUnits, at: height)]
    }

    private mutating func go(
        on statement: Statement, _ read: [JournalEvent], of account: AccountID, _ height: Height,
        _ source: PeerName
    ) {
        let left = statement.expected.count - statement.next + 1
        let limit = min(LightLimits.eventCountLimit, Int(clamping: left))
        _ = ask(
            source, .journal(key(of: account), first: statement.next, limit: limit),
            .journal(account, statement, read, at: height))
    }

    private mutating func take(
        _ served: ServedBlock, at height: Height, _ trust: LightTrust, from source: PeerName,
        now: Timestamp
    ) throws(LightFault) -> [Finding] {
        guard let block = try? Block(wire: served.block), block.header.height == height,
            block.hasOwnBody
        else { throw .wrongAnswer }
        if let finalized = served.finalized {
            guard finalized.header == block.header else { throw .wrongSubject }
            if trust.head == finalized { return believe(block, from: source) }
        }
        guard let head = trust.head, head.header.height > height else {
            // A block beyond the head that is known.
            throw .notNewer(trust.head?.header.height ?? Height(0), than: height)
        }
        _ = ask(source, .ancestor(height, under: head.header.height), .ancestor(block))
        return []
    }

    private mutating func believe(_ block: Block, from source: PeerName) -> [Finding] {
        if let transaction = block.body.transactions.first {
            _ = ask(source, .status(transaction.id), .status(transaction, block.header))
        }
        return [.block(block)]
    }
}

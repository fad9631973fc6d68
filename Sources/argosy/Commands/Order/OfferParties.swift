import ArgumentParser
import Ledger
import Node
import Primitives
import Trade

extension Trade.Role {
    /// As people write it on a command line: `payment-attester`.
    var word: String {
        switch self {
        case .carrier: "carrier"
        case .customs: "customs"
        case .inspector: "inspector"
        case .paymentAttester: "payment-attester"
        case .warehouse: "warehouse"
        case .licensedSeller: "licensed-seller"
        case .agent: "agent"
        }
    }
}

/// Whose word counts in an order, and who gets its duty.
struct OfferParties: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Whose word counts, such as customs:NAME or agent:ADDRESS; may be given again.",
            valueName: "role:who"))
    var accept: [String] = []

    @Option(
        help: ArgumentHelp(
            "Duty of a line, in the order of the lines; may be given again.", valueName: "amount"))
    var duty: [String] = []

    @Option(help: ArgumentHelp("Who gets the duty; a name or an address.", valueName: "who"))
    var treasury: String?

    func accepted(_ session: WalletSession) throws -> [Acceptance] {
        try accept.map { text in
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2,
                let role = Trade.Role.allCases.first(where: { $0.word == parts[0] })
            else {
                let roles = Trade.Role.allCases.map(\.word).joined(separator: ", ")
                throw CommandError(
                    "`\(text.prefix(80))` does not say whose word counts for what.",
                    advice: "Write it like customs:NAME; the roles are \(roles).")
            }
            let who = try session.recipient(parts[1])
            return Acceptance(role: role, attester: AccountID(who.key))
        }
    }

    /// One amount a line; nothing for lines that none was given for.
    func duties(
        of count: Int, _ asset: AssetAnswer, _ session: WalletSession
    ) throws -> [Amount] {
        guard duty.count <= count else {
            throw CommandError("\(duty.count) duties were given for \(count) lines.")
        }
        let given = try duty.map { try session.amount($0, of: asset) }
        return given + Array(repeating: .zero, count: count - given.count)
    }

    /// The rule of 30 and 45 days; none when no line has duty.
    func duty(_ lines: [Line], _ session: WalletSession) throws -> DutyRule? {
        guard lines.contains(where: { $0.duty > .zero }) else { return nil }
        guard let treasury else {
            throw CommandError("Duty is for somebody.", advice: "Name who with --treasury WHO.")
        }
        return DutyRule(
            rule: Digest(hashing: Array("GACC notice 2020-45".utf8), in: .packing),
            payee: AccountID(try session.recipient(treasury).key), filing: .days(30),
            arrival: .days(45), clearance: .days(90))
    }
}

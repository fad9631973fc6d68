import ArgumentParser

/// The command: parses arguments and connects the parts.
@main
struct Argosy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "argosy",
        abstract: "A peer-to-peer node that settles cross-border trade.",
        discussion: """
            Start a local network with real invoices: argosy devnet --invoices FILE
            Make a home for a node: argosy init
            """,
        version: Version.text,
        subcommands: [
            InitCommand.self, RunCommand.self, StatusCommand.self, KeyCommand.self,
            PayCommand.self, SubmitCommand.self, RefundCommand.self, BalanceCommand.self,
            HistoryCommand.self, ProofCommand.self, AssetCommand.self, GenesisCommand.self,
            NetCommand.self, DevnetCommand.self, DoctorCommand.self, EvidenceCommand.self,
            StopCommand.self, EpcisCommand.self, CredentialCommand.self,
            PreflightCommand.self, TraceCommand.self, OrderCommand.self, ReturnCommand.self,
            ClearanceCommand.self, ItemCommand.self, CreditCommand.self,
            AttestCommand.self, ReviewCommand.self, ReceivableCommand.self,
            LandedCostCommand.self,
        ])
}

/// The release, and the newest rules that it has.
enum Version {
    static let text = "0.1.0"
}

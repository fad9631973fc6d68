import Chain
import Consensus
import Decoders
import Gossip
import Ledger
import LightClient
import Node
import Primitives
import Replica
import Trade
import Wire

/// The messages that nodes exchange, the leaves of the state and the files, under their names.
extension Format {
    static let ledger: [Format] = [
        Format("argosy.ledger.Signer", Signer.self),
        Format("argosy.ledger.Authority", Authority.self),
        Format("argosy.ledger.AccountLeaf", AccountLeaf.self),
        Format("argosy.ledger.Deposit", Deposit.self),
        Format("argosy.ledger.BalanceLeaf", BalanceLeaf.self),
        Format("argosy.ledger.AssetLeaf", AssetLeaf.self),
        Format("argosy.ledger.ReceiptLeaf", ReceiptLeaf.self),
        Format("argosy.ledger.PolicyLeaf", PolicyLeaf.self),
        Format("argosy.ledger.ValidatorRecord", ValidatorRecord.self),
        Format("argosy.ledger.RevealLeaf", RevealLeaf.self),
        Format("argosy.ledger.SeedLeaf", SeedLeaf.self),
        Format("argosy.ledger.Roster", Roster.self),
        Format("argosy.ledger.FeeListEntry", FeeListEntry.self),
        Format("argosy.ledger.Parameters", Parameters.self),
        Format("argosy.ledger.Load", Load.self),
        Format("argosy.ledger.PotLeaf", PotLeaf.self),
        Format("argosy.ledger.VaultLeaf", VaultLeaf.self),
        Format("argosy.ledger.ClaimLeaf", ClaimLeaf.self),
        Format("argosy.ledger.RecordLeaf", RecordLeaf.self),
        Format("argosy.ledger.LedgerEvent", LedgerEvent.self),
        Format("argosy.ledger.RecordEvent", RecordEvent.self),
        Format("argosy.ledger.Ballot", Ballot.self),
    ]

    static let chain: [Format] = [
        Format("argosy.chain.AttachmentReference", AttachmentReference.self),
        Format("argosy.chain.Body", Body.self),
        Format("argosy.chain.SignatureEntry", SignatureEntry.self),
        Format("argosy.chain.Transaction", Transaction.self),
        Format("argosy.chain.Receipt", Receipt.self),
        Format("argosy.chain.BlockBody", BlockBody.self),
        Format("argosy.chain.Block", Block.self),
        Format("argosy.chain.CompactBlock", CompactBlock.self),
        Format("argosy.chain.Endowment", Endowment.self),
        Format("argosy.chain.Genesis", Genesis.self),
        Format("argosy.trade.Item", Item.self),
        Format("argosy.trade.Sighting", Sighting.self),
        Format("argosy.trade.PartyRecord", PartyRecord.self),
        Format("argosy.trade.Contradiction", Contradiction.self),
    ]

    /// What nodes say to each other beside agreement.
    static let talk: [Format] = [
        Format("argosy.replica.ConsensusFrame", ConsensusFrame.self),
        Format("argosy.replica.StatusMessage", StatusMessage.self),
        Format("argosy.replica.SyncMessage", SyncMessage.self),
        Format("argosy.replica.BlockRun", BlockRun.self),
        Format("argosy.gossip.TransactionBatch", TransactionBatch.self),
        Format("argosy.gossip.RepairMessage", RepairMessage.self),
        Format("argosy.gossip.RepairSketch", RepairSketch.self),
        Format("argosy.gossip.ExchangeMessage", ExchangeMessage.self),
        Format("argosy.gossip.BootstrapList", BootstrapList.self),
        Format("argosy.gossip.SavedPeers", SavedPeers.self),
        Format("argosy.gossip.BookEntry", BookEntry.self),
        Format("argosy.gossip.BookAddress", BookAddress.self),
        Format("argosy.gossip.BanList", BanList.self),
        Format("argosy.light.LightRequest", LightRequest.self),
        Format("argosy.light.LightResponse", LightResponse.self),
        Format("argosy.light.JournalPage", JournalPage.self),
        Format("argosy.light.TrustAnchor", TrustAnchor.self),
        Format("argosy.light.EpochUpdate", EpochUpdate.self),
        Format("argosy.light.ProofFile", ProofFile.self),
        Format("argosy.light.TrustRecord", TrustRecord.self),
        Format("argosy.light.Conflict", Conflict.self),
        Format("argosy.node.TraceFile", TraceFile.self),
    ]

    /// What lies on the disk of a node.
    static let disk: [Format] = [
        Format("argosy.node.FinalRecord", FinalRecord.self),
        Format("argosy.node.LeafRecord", LeafRecord.self),
        Format("argosy.node.Delta", Delta.self),
        Format("argosy.node.JournalEntry", JournalEntry.self),
        Format("argosy.node.JournalRecords", JournalRecords.self),
        Format("argosy.node.ReceiptList", ReceiptList.self),
        Format("argosy.node.TransactionPlace", TransactionPlace.self),
    ]

    static let every: [Format] = all + trade + ledger + chain + talk + disk

    /// Decoders of ``Decoder/all`` that read one of our messages, with its name.
    static let ofDecoders: [String: String] = [
        "transaction": "argosy.chain.Transaction", "block": "argosy.chain.Block",
        "compact-block": "argosy.chain.CompactBlock",
        "consensus-message": "argosy.consensus.ConsensusMessage",
        "consensus-frame": "argosy.replica.ConsensusFrame",
        "certificate": "argosy.consensus.Certificate", "evidence": "argosy.consensus.Evidence",
        "sync-message": "argosy.replica.SyncMessage", "status": "argosy.replica.StatusMessage",
        "light-request": "argosy.light.LightRequest",
        "light-response": "argosy.light.LightResponse",
        "state-proof": "argosy.state_tree.StateProof",
        "history-range": "argosy.state_tree.HistoryRange",
        "merkle-path": "argosy.state_tree.MerklePath", "proof-file": "argosy.light.ProofFile",
        "transaction-batch": "argosy.gossip.TransactionBatch",
        "repair-message": "argosy.gossip.RepairMessage",
        "exchange-message": "argosy.gossip.ExchangeMessage",
        "bootstrap-list": "argosy.gossip.BootstrapList",
        "signed-peer-record": "argosy.gossip.Envelope",
        "sealed-document": "argosy.trade.SealedDocument",
        "field-disclosure": "argosy.trade.FieldDisclosure",
        "contradiction": "argosy.trade.Contradiction",
        "quota-receipt": "argosy.trade.QuotaReceipt",
    ]
}

import Chain
import Foundation
import Ledger
import Node
import Primitives

/// Says how to use a local network that keeps running.
struct DevnetStay {
    private let founding: DevnetFounding
    private let place: String

    init(_ founding: DevnetFounding, in place: String) {
        self.founding = founding
        self.place = place
    }

    /// Puts an account for each who takes part in a trade into the wallet, and prints commands that work as
    /// they are.
    func explain() throws {
        let home = "\(place)/wallets"
        let wallet = Wallet(Home(home))
        for hand in founding.hands {
            _ = try wallet.restore(
                hand.name, from: hand.phrase, passphrase: Array(Self.passphrase.utf8),
                cost: .least)
        }
        let merchant = Address(key: founding.merchantKey.publicKey)
            .text(prefix: founding.genesis.network.addressPrefix)
        let text = """

            The network keeps running; Ctrl-C stops it. In another terminal:

              argosy status --home \(place)/node-1
              argosy key list --home \(home)
              argosy balance --home \(home) --account merchant
              argosy pay --home \(home) --account buyer --to \(merchant) --amount 1.00 --asset GBP

            A trade by hand, with ORDER and SECRET as the second command prints them:

              export ARGOSY_HOME=\(home) ARGOSY_PASSPHRASE='\(Self.passphrase)'
              argosy order offer terms --account merchant --asset GBP --line 3x12.50 \\
                --leg CNSHA-GBFXT:carrier:2.00:37.50
              argosy order new terms --account buyer
              argosy order ship ORDER --account merchant --with carrier
              argosy order deliver ORDER --account carrier --secret SECRET
              argosy order confirm ORDER --account buyer
              argosy order show ORDER

            The same with duty and customs. After `order ship`, in the directory of the sources, with KEY as
            `clearance secret` prints it:

              argosy order offer more --account merchant --asset GBP --line 3x12.50 \\
                --leg CNSHA-GBFXT:carrier:2.00:37.50 --duty 2.73 --treasury customs \\
                --accept agent:agent --accept customs:customs
              argosy clearance secret ORDER --account buyer
              argosy clearance seal ORDER order Tools/Parcel/order.xml --secret KEY \\
                --opening order.opening --account merchant
              argosy clearance seal ORDER payment Tools/Parcel/payment.xml --secret KEY \\
                --opening payment.opening --account buyer
              argosy clearance seal ORDER waybill Tools/Parcel/waybill.xml --secret KEY \\
                --opening waybill.opening --account carrier
              argosy clearance seal ORDER list Tools/Parcel/list.xml --secret KEY \\
                --order-file Tools/Parcel/order.xml --opening list.opening --account agent
              argosy clearance open ORDER order.opening --account merchant
              argosy clearance open ORDER payment.opening --account buyer
              argosy clearance open ORDER waybill.opening --account carrier
              argosy clearance open ORDER list.opening --account agent
              argosy clearance read ORDER waybill --account customs --full-node \(place)/node-1
              argosy clearance declare ORDER --estimate 2.73 --account agent
              argosy clearance rule ORDER 120 --account customs
              argosy clearance rule ORDER 800 --account customs
              argosy clearance show ORDER

            The wallet's passphrase is `\(Self.passphrase)`.
            """
        try FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Protects nothing: the money of a local network is worth nothing.
    static let passphrase = "local network"
}

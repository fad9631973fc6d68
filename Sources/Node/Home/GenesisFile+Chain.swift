public import Chain
import Ledger
import Primitives
import Wire

extension GenesisFile {
    /// Writes a founding document down, with a view of it for people.
    public init(_ genesis: Genesis) {
        let validators = genesis.validators.map { record in
            [
                "name": record.name, "key": record.key.hex, "weight": String(record.weight),
                "account": record.account.hex,
            ]
        }
        let assets = genesis.assets.map { asset in
            [
                "code": asset.code.description, "decimals": String(asset.decimals),
                "issuer": asset.issuer.hex, "id": asset.id.hex,
            ]
        }
        self.init(
            document: genesis.wire,
            view: [
                "kind": .text("\(genesis.network)"), "time": .text("\(genesis.time)"),
                "validators": .list(validators), "assets": .list(assets),
                "epochLength": .text(String(genesis.parameters.epochLength)),
            ])
    }

    /// The document itself.
    public var decoded: Genesis {
        get throws(HomeError) {
            do { return try Genesis(wire: document) } catch {
                throw .malformed(
                    path: "genesis.json", line: 0, reason: "its document cannot be read: \(error)")
            }
        }
    }
}

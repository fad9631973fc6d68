import Documents
import Ledger
import Node
import Primitives

/// Compares what everybody owns with what the file says, and the nodes with each other.
struct DevnetVerdict {
    /// How long the nodes may take to stand at one height.
    static let rootsLimit = Duration.seconds(30)
    /// Balances asked for at a time.
    static let batchCount = 16

    var merchantBalance = Amount.zero
    var isTallyEqual = true
    var areRootsEqual = false
    var proofCount = 0
    var height: UInt64 = 0
    var complaints: [String] = []

    init(
        _ light: LightNode, _ founding: DevnetFounding, _ tally: InvoiceTally,
        spending: [String: Amount]
    ) async {
        await compareBalances(light, founding, tally, spending)
    }

    private mutating func compareBalances(
        _ light: LightNode, _ founding: DevnetFounding, _ tally: InvoiceTally,
        _ spending: [String: Amount]
    ) async {
        let merchant = founding.merchantKey.publicKey
        merchantBalance =
            take(await Self.proved(merchant, light, founding), "the merchant") ?? .zero
        expect(
            Int64(clamping: merchantBalance.minorUnits), tally.merchantPence, "the merchant")
        let customers = founding.customerKeys.sorted { $0.key < $1.key }
        for start in stride(from: 0, to: customers.count, by: Self.batchCount) {
            let batch = customers[start..<min(start + Self.batchCount, customers.count)]
            let balances = await withTaskGroup(of: (String, Result<Amount, LightNodeError>).self) {
                group in
                for (name, key) in batch {
                    group.addTask {
                        (name, await Self.proved(key.publicKey, light, founding))
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for (name, _) in batch {
                guard let result = balances[name] else {
                    preconditionFailure("every customer of a batch is asked for")
                }
                guard let amount = take(result, "customer \(name)") else { continue }
                let endowed = Int64(clamping: spending[name]?.minorUnits ?? 0)
                expect(
                    Int64(clamping: amount.minorUnits), endowed - (tally.spentPence[name] ?? 0),
                    "customer \(name)")
            }
        }
    }

    /// Counts a proved balance, or notes that there is none.
    private mutating func take(
        _ result: Result<Amount, LightNodeError>, _ name: String
    ) -> Amount? {
        switch result {
        case .success(let amount):
            proofCount += 1
            return amount
        case .failure(let error):
            isTallyEqual = false
            complaints.append("The balance of \(name) was not proved: \(error)")
            return nil
        }
    }

    private static func proved(
        _ key: PublicKey, _ light: LightNode, _ founding: DevnetFounding
    ) async -> Result<Amount, LightNodeError> {
        do throws(LightNodeError) {
            let (leaf, _) = try await light.balance(AccountID(key), founding.currency)
            return .success(leaf?.amount ?? .zero)
        } catch { return .failure(error) }
    }

    private mutating func expect(_ found: Int64, _ expected: Int64, _ name: String) {
        guard found != expected else { return }
        isTallyEqual = false
        complaints.append(
            "\(name) owns \(found) pence, and the file says \(expected).")
    }

    /// Waits until every node is at the same block, then compares the states after it.
    mutating func compareRoots(_ founding: DevnetFounding) async {
        let deadline = ContinuousClock.now + Self.rootsLimit
        var seen: [Int: StatusAnswer] = [:]
        while ContinuousClock.now < deadline {
            seen = [:]
            for merchant in founding.merchants {
                if case .status(let status)? = try? await ControlClient(merchant.home)
                    .request(.status)
                {
                    seen[merchant.number] = status
                }
            }
            let heights = Set(seen.values.map(\.height))
            if seen.count == founding.merchants.count, heights.count == 1 {
                areRootsEqual = Set(seen.values.map(\.stateRoot)).count == 1
                height = heights.first ?? 0
                if !areRootsEqual {
                    complaints.append("The nodes have different states at height \(height).")
                }
                return
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        let heights = founding.merchants.map { merchant in
            "node \(merchant.number) " + (seen[merchant.number].map { "\($0.height)" } ?? "silent")
        }
        complaints.append(
            "The nodes did not come to one height in time: \(heights.joined(separator: ", ")).")
    }
}

import ArgumentParser
import Documents
import Foundation
import Ledger
import Logging
import Node
import Primitives

/// Founds a local network of several merchants and replays invoices through it.
struct DevnetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devnet",
        abstract: "Run a local network of several merchants, and replay invoices through it.",
        discussion: """
            Every merchant is a process of its own that speaks TCP. Every sale of the file is a \
            payment from a light wallet, every cancellation a refund bound to it. Ends with exit \
            code 0 only if every wallet's proved balance equals the file, and all nodes agree.
            """)

    @OptionGroup var output: OutputOptions

    @Option(help: "How many merchants, from 1 to 16.")
    var nodes = 4

    @Option(help: ArgumentHelp("Invoices to replay, a CSV file.", valueName: "file"))
    var invoices: String?

    @Option(
        help: ArgumentHelp(
            "Play whole trades on the first so many orders of the file, after its payments; 0 for none.",
            valueName: "count"))
    var trades: Int?

    @Option(help: "What the mishaps of the trades are drawn from.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Where the nodes live; kept afterwards. Without it, a temporary directory.",
            valueName: "directory"))
    var directory: String?

    @Option(help: ArgumentHelp("Where to list every line without effect.", valueName: "file"))
    var rejected: String?

    @Flag(help: "Keep the network running afterwards, and say how to pay by hand.")
    var stay = false

    func validate() throws {
        guard (1...16).contains(nodes) else { throw ValidationError("--nodes is from 1 to 16") }
        if let trades {
            guard trades == 0 || invoices != nil, (0...100_000).contains(trades) else {
                throw ValidationError("--trades is from 0 to 100000, and needs --invoices FILE")
            }
        }
        guard invoices != nil || stay else {
            throw ValidationError("give --invoices FILE, or --stay for a network to play with")
        }
    }

    func run() async throws {
        if let complaint = SignatureSelfTest.complaint() {
            throw CommandError("These nodes must not sign: \(complaint).")
        }
        let file = try invoices.map { try Self.read($0) }
        let place = try Self.place(directory)
        let logs = "The nodes' logs are in \(place)/node-*/node.log."
        let ending: Devnet.Ending
        do { ending = try await Devnet(self, file, in: place).run() } catch {
            throw CommandError("\(error)", advice: logs)
        }
        // What went wrong stands in the logs, so a network with a bad verdict is not swept away.
        if directory == nil, ending != .unsettled {
            try? FileManager.default.removeItem(atPath: place)
        }
        switch ending {
        case .settled: return
        case .unsettled:
            throw CommandError("The network did not settle the file.", advice: logs)
        case .interrupted:
            throw CommandError("Interrupted before the end; the nodes were stopped.")
        }
    }

    private static func read(_ path: String) throws -> InvoiceFile {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError("\(path) cannot be read.")
        }
        do throws(InvoiceFile.Fault) { return try InvoiceFile(Array(data)) } catch {
            throw CommandError("\(path) is not a file of invoices: \(error).")
        }
    }

    private static func place(_ directory: String?) throws -> String {
        if let directory {
            let path = URL(fileURLWithPath: directory).standardizedFileURL.path
            let content = try? FileManager.default.contentsOfDirectory(atPath: path)
            guard content?.isEmpty ?? true else {
                throw CommandError(
                    "\(path) is not empty.", advice: "A network is founded in an empty directory.")
            }
            return path
        }
        return NSTemporaryDirectory() + "argosy-devnet-\(ProcessInfo.processInfo.processIdentifier)"
    }
}

/// What the command line asks for.
struct Options {
    enum Job: Equatable {
        case kill(seconds: Int)
        case images(count: Int)
        case network(seconds: Int)
        case disk
        case seeds(Range<UInt64>)
        case histories(Range<UInt64>)
        case speed
        case catchUp(blocks: Int)
    }

    var job = Job.kill(seconds: 60)
    var seed: UInt64 = 1
    var isJSON = false
    var wantsReport = false
    /// Path of the node's program.
    var argosy = ""
    /// Path of the library that records writes.
    var shim = ""
    /// Path of a file that the last run over all deliberate mistakes has left.
    var rate = ""

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        func number(_ name: String, _ limit: ClosedRange<Int>) throws -> Int {
            guard let value = rest.popFirst().flatMap(Int.init), limit.contains(value) else {
                throw SoakError(
                    "\(name) takes a number from \(limit.lowerBound) to \(limit.upperBound)")
            }
            return value
        }
        while let argument = rest.popFirst() {
            switch argument {
            case "--kill": job = .kill(seconds: try number(argument, 5...1_000_000))
            case "--images": job = .images(count: try number(argument, 1...1_000_000))
            case "--network": job = .network(seconds: try number(argument, 10...1_000_000))
            case "--disk": job = .disk
            case "--seeds": job = .seeds(try Self.range(rest.popFirst() ?? ""))
            case "--histories": job = .histories(try Self.range(rest.popFirst() ?? ""))
            case "--speed": job = .speed
            case "--catch-up": job = .catchUp(blocks: try number(argument, 1...1_000_000))
            case "--seed": seed = UInt64(try number(argument, 0...Int.max))
            case "--report": wantsReport = true
            case "--json": isJSON = true
            case "--argosy": argosy = rest.popFirst() ?? ""
            case "--shim": shim = rest.popFirst() ?? ""
            case "--rate": rate = rest.popFirst() ?? ""
            default: throw SoakError("unknown option \(argument); --help lists them")
            }
        }
    }

    /// `FROM..TO`, both included.
    private static func range(_ text: String) throws -> Range<UInt64> {
        let ends = text.split(separator: ".", omittingEmptySubsequences: true).map { UInt64($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last,
            last < UInt64.max
        else { throw SoakError("--seeds takes FROM..TO, for example 0..4999") }
        return first..<last + 1
    }
}

struct SoakError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The machine does not allow what was asked; not a failure of the node.
struct Skipped: Error {
    let reason: String
}

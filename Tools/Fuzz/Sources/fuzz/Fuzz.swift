import Decoders
import Foundation

// libFuzzer around one decoder, which the environment's `ARGOSY_DECODER` names. `ARGOSY_FUZZ=list`
// prints the names of all decoders instead, `ARGOSY_FUZZ=samples` writes the decoder's valid messages
// into the directory `ARGOSY_SAMPLES`.

private enum Fuzz {
    static let environment = ProcessInfo.processInfo.environment
    static let decoder = Decoder.all.first { $0.name == environment["ARGOSY_DECODER"] }

    static func writeSamples() throws {
        for (number, sample) in (decoder?.samples ?? []).enumerated() {
            let path = "\(environment["ARGOSY_SAMPLES"] ?? ".")/sample-\(number)"
            try Data(sample).write(to: URL(fileURLWithPath: path))
        }
    }
}

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    switch Fuzz.environment["ARGOSY_FUZZ"] {
    case "list":
        print(Decoder.all.map(\.name).joined(separator: "\n"))
        exit(0)
    case "samples":
        do { try Fuzz.writeSamples() } catch {
            print("\(error)")
            exit(1)
        }
        exit(0)
    default:
        precondition(Fuzz.decoder != nil, "ARGOSY_DECODER names a decoder; ARGOSY_FUZZ=list shows them")
        return 0
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    guard let decoder = Fuzz.decoder else { return -1 }
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
    precondition(decoder.read(bytes) != .notCanonical, "a value has one form")
    return 0
}

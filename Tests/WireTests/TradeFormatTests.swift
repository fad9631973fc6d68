import Chain
import Decoders
import Primitives
import Testing
import Trade
import Wire

@Suite("Formats of trade")
struct TradeFormatTests {
    @Test("What was written is read again to the byte, and nothing shorter is the same")
    func roundTrip() throws {
        var samples = TradeSamples(random: Chance(seed: 11))
        for (name, bytes) in samples.records() + samples.actions() {
            let format = try #require(Format.trade.first { $0.name == name })
            #expect(try format.again(bytes) == bytes, "\(name)")
            for length in bytes.indices.dropFirst() {
                if let cut = try? format.again(Array(bytes.prefix(length))) {
                    #expect(cut.count == length, "\(name) cut at \(length)")
                }
            }
            #expect(throws: WireError.self) { try format.again(bytes + [0]) }
        }
    }

    @Test(
        "Python reads our terms, records and actions without unknown fields, to the byte",
        .enabled(if: ProtoPeer.isPresent, Comment(rawValue: ProtoPeer.absence)))
    func toPython() throws {
        var samples = TradeSamples(random: Chance(seed: 12))
        let messages = (0..<10).flatMap { _ in samples.records() + samples.actions() }
        let answers = try ProtoPeer.ask(
            messages.map { ProtoPeer.Request(read: $0.0, hex: Hex.encode($0.1)) })
        try #require(answers.count == messages.count)
        for (message, answer) in zip(messages, answers) {
            #expect(answer.bytes == message.1, "\(message.0): \(answer.error ?? "")")
            #expect(answer.unknown == 0, "\(message.0)")
        }
    }

    @Test(
        "What Python writes for these and we take, we write again to the byte",
        .enabled(if: ProtoPeer.isPresent, Comment(rawValue: ProtoPeer.absence)))
    func fromPython() throws {
        let requests = Format.trade.flatMap { format in
            (0..<60 as Range<UInt64>).map { ProtoPeer.Request(make: format.name, seed: $0) }
        }
        let answers = try ProtoPeer.ask(requests)
        try #require(answers.count == requests.count)
        var taken: Set<String> = []
        for (request, answer) in zip(requests, answers) {
            let format = try #require(Format.trade.first { $0.name == request.make })
            let bytes = try #require(answer.bytes, "\(format.name): \(answer.error ?? "")")
            guard let again = try? format.again(bytes) else { continue }
            #expect(again == bytes, "\(format.name) \(request.seed ?? 0)")
            taken.insert(format.name)
        }
        #expect(
            taken.isSuperset(of: [
                "argosy.trade.Quote", "argosy.trade.TransportDocument", "argosy.chain.Action",
            ]))
    }
}

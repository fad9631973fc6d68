import Decoders
import Primitives
import Testing
import Wire

/// Google's protobuf against every message of every `.proto` file, in both directions.
@Suite(
    "Every message against Google's protobuf",
    .enabled(if: ProtoPeer.isPresent, Comment(rawValue: ProtoPeer.absence)))
struct EveryMessageTests {
    /// Names of messages that Python read from bytes of ours.
    private func read() throws -> Set<String> {
        var samples: [(name: String, bytes: [UInt8])] = []
        for decoder in Decoder.all {
            guard let name = Format.ofDecoders[decoder.name] else { continue }
            samples += decoder.samples.map { (name, $0) }
        }
        var trade = TradeSamples(random: Chance(seed: 13))
        samples += (trade.records() + trade.actions()).map { ($0.0, $0.1) }
        samples += try MoreSamples.all()
        let answers = try ProtoPeer.ask(
            samples.map { ProtoPeer.Request(read: $0.name, hex: Hex.encode($0.bytes)) })
        try #require(answers.count == samples.count)
        var names: Set<String> = []
        var records: [ProtoPeer.Request] = []
        for (sample, answer) in zip(samples, answers) {
            #expect(answer.bytes == sample.bytes, "\(sample.name): \(answer.error ?? "")")
            #expect(answer.unknown == 0, "\(sample.name)")
            names.formUnion(answer.types ?? [])
            guard sample.name == "argosy.gossip.Envelope" else { continue }
            records.append(
                ProtoPeer.Request(read: "argosy.gossip.PeerRecord", hex: answer.fields?["payload"]))
        }
        for answer in try ProtoPeer.ask(records) {
            #expect(answer.unknown == 0)
            names.formUnion(answer.types ?? [])
        }
        // Frames of gossip are libp2p's: not canonical, and other programs add fields of their own.
        for decoder in Decoder.all where decoder.name == "gossip-rpc" {
            let frames = decoder.samples.map {
                ProtoPeer.Request(read: "argosy.gossip.Rpc", hex: Hex.encode($0))
            }
            for answer in try ProtoPeer.ask(frames) {
                #expect(answer.error == nil)
                names.formUnion(answer.types ?? [])
            }
        }
        return names
    }

    /// Names of messages that Python made and that we read, and wrote again to the byte.
    private func made() throws -> Set<String> {
        let requests = Format.every.flatMap { format in
            (0..<60 as Range<UInt64>).map { ProtoPeer.Request(make: format.name, seed: $0) }
        }
        let answers = try ProtoPeer.ask(requests)
        try #require(answers.count == requests.count)
        var names: Set<String> = []
        for (request, answer) in zip(requests, answers) {
            let format = try #require(Format.every.first { $0.name == request.make })
            let bytes = try #require(answer.bytes, "\(format.name): \(answer.error ?? "")")
            guard let again = try? format.again(bytes) else { continue }
            #expect(again == bytes, "\(format.name) \(request.seed ?? 0)")
            names.formUnion(answer.types ?? [])
        }
        return names
    }

    @Test("Each message of the files is read by Python from our bytes, or by us from Python's")
    func everyMessage() throws {
        let read = try read()
        let made = try made()
        let every = Set(try #require(try ProtoPeer.ask([ProtoPeer.Request()]).first?.types))
        try #require(every.count > 200)
        print(every.count, "messages:", read.count, "read,", made.count, "made by Python and taken")
        // These two no other module can make: a key before peers, and two numbers.
        let hidden: Set = ["argosy.gossip.PeerFile", "argosy.node.VoteSeal"]
        let rest = every.subtracting(read).subtracting(made).subtracting(hidden)
        #expect(rest.sorted() == [])
    }
}

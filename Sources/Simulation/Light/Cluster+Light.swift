import Chain
import Consensus
public import LightClient
import Primitives
import Replica
import Wire

/// A light node, and what it has come to believe.
struct SimulatedLightNode: Sendable {
    var client: LightClient
    var inquirer: LightInquirer
    let city: City
    var adoptedCount = 0
    /// Answers of traitors that it did not believe, by what it had asked.
    var lieCounts: [LightInquirer.Kind: Int] = [:]
    /// Why answers were refused.
    var faults: [LightFault] = []
}

/// A question or an answer on its way.
enum LightMessage: Sendable {
    case refresh
    case ask(PeerName, LightRequest, ticket: UInt64)
    case answer(PeerName, LightResponse, ticket: UInt64)
    case silence(PeerName, ticket: UInt64)

    /// What goes into the history of a run.
    var trace: [UInt8] {
        switch self {
        case .refresh: []
        case .ask(let name, let request, let ticket):
            name.bytes.array + request.wire + [1, UInt8(truncatingIfNeeded: ticket)]
        case .answer(let name, let response, let ticket):
            name.bytes.array + response.wire + [2, UInt8(truncatingIfNeeded: ticket)]
        case .silence(let name, let ticket):
            name.bytes.array + [3, UInt8(truncatingIfNeeded: ticket)]
        }
    }
}

extension Cluster {
    /// How often a light node looks for the head.
    ///
    /// - Unit: nanoseconds.
    private static let lightInterval: UInt64 = 2_000_000_000
    private static let lightPatience: UInt64 = 3_000_000_000

    mutating func startLightNodes() {
        let anchor = TrustAnchor(
            genesis: founding.founded.state.final.header, set: founding.set)
        for index in 0..<scenario.lightCount {
            var client = LightClient(LightTrust(anchor: anchor, scheme: scenario.scheme))
            for node in nodes { _ = client.handle(.connected(node.name), now: lightTime) }
            lights.append(
                SimulatedLightNode(
                    client: client, inquirer: LightInquirer(asset: founding.asset),
                    city: City.of(index + 2)))
            agenda.schedule(.light(index, .refresh), at: 1_000_000_000 + UInt64(index))
        }
    }

    private var lightTime: Timestamp {
        Founding.time.adding(1_000 + record.now / 1_000_000)
    }

    mutating func handle(_ message: LightMessage, ofLight index: Int) {
        switch message {
        case .refresh:
            agenda.schedule(.light(index, .refresh), at: record.now + Self.lightInterval)
            tell(index, .refresh)
        case .answer(let name, let response, let ticket):
            if lights[index].inquirer.isExpected(name, ticket) {
                return take(response, from: name, ofLight: index)
            }
            tell(index, .answered(name, ticket: ticket, response))
        case .silence(let name, let ticket):
            if lights[index].inquirer.isExpected(name, ticket) { lights[index].inquirer.drop() }
            tell(index, .silent(name, ticket: ticket))
        case .ask(let name, let request, let ticket): serve(request, ticket, name, index)
        }
    }

    private mutating func tell(_ index: Int, _ event: LightClient.Event) {
        for effect in lights[index].client.handle(event, now: lightTime) {
            switch effect {
            case .ask(let name, let request, let ticket):
                ask(name, request, ticket, ofLight: index)
            case .adopted(let head, _):
                lights[index].adoptedCount += 1
                record.show(.light(head, by: index))
                inquire(index, head.header)
            case .failed(_, let fault): lights[index].faults.append(fault)
            case .stopped(let stop):
                guard !thievesAreQuorum else { continue }
                record.report("I13", "light node \(index) has stopped: \(stop)")
            case .keep, .unreached: continue
            }
        }
    }

    private mutating func ask(
        _ name: PeerName, _ request: LightRequest, _ ticket: UInt64, ofLight index: Int
    ) {
        guard let node = self.index(of: name) else { return }
        send(.ask(name, request, ticket: ticket), between: index, and: node)
        agenda.schedule(
            .light(index, .silence(name, ticket: ticket)),
            at: record.now + Self.lightPatience)
    }

    // MARK: Questions beyond the head

    private mutating func inquire(_ index: Int, _ head: BlockHeader) {
        let next = lights[index].inquirer.begin(
            wallets.accounts, head: head, sources: lights[index].client.sources, &dice.light)
        if let (name, request, ticket) = next { ask(name, request, ticket, ofLight: index) }
    }

    private mutating func take(
        _ response: LightResponse, from name: PeerName, ofLight index: Int
    ) {
        let trust = lights[index].client.trust
        for step in lights[index].inquirer.take(response, trust, now: lightTime) {
            switch step {
            case .found(let finding): record.check(finding, by: index)
            case .dropped: continue
            case .refused(let fault, let kind):
                guard let node = self.index(of: name) else { continue }
                if !isHonest(node) { lights[index].lieCounts[kind, default: 0] += 1 }
                // Thieves with a quorum may have shown it a set of their own, until it stops.
                guard fault.isLie, isHonest(node), !thievesAreQuorum else { continue }
                record.report(
                    "I13", "light node \(index) is given by honest node \(node): \(fault)")
            }
        }
        if let (name, request, ticket) = lights[index].inquirer.open {
            ask(name, request, ticket, ofLight: index)
        }
    }

    /// A full node that is up answers from its own disk; a traitor may lie.
    private mutating func serve(
        _ request: LightRequest, _ ticket: UInt64, _ name: PeerName, _ index: Int
    ) {
        guard let node = self.index(of: name), nodes[node].isUp else { return }
        var response = served(by: node).answer(request)
        if let key = nodes[node].configuration.voteKey, let prover = traitors[node] as? BadProver {
            response = forge(response, to: request, at: node, prover, key)
        }
        send(.answer(name, response, ticket: ticket), between: index, and: node)
    }

    private func served(by node: Int) -> ServedDisk {
        ServedDisk(
            disk: nodes[node].disk, archive: record.archive, epochLength: scenario.epochLength)
    }

    private mutating func forge(
        _ response: LightResponse, to request: LightRequest, at node: Int, _ prover: BadProver,
        _ key: SigningKey
    ) -> LightResponse {
        var prover = prover
        defer { traitors[node] = prover }
        let forger = LightForger(
            key: key, stolen: scenario.stolenKeys.map { founding.voteKeys[$0] }, set: founding.set,
            chain: nodes[node].configuration.chain, scheme: scenario.scheme)
        guard !scenario.stolenKeys.isEmpty,
            case .head(let head) = served(by: node).answer(.head),
            let forged = forger.forgeWithStolenKeys(request, head, &dice.light)
        else { return prover.forge(response, forger, &dice.light) }
        return forged
    }

    /// Whether those whose keys were stolen weigh more than two thirds.
    private var thievesAreQuorum: Bool {
        let weights = scenario.stolenKeys.map { scenario.weights[$0] }
        return founding.set.isQuorum(weights.reduce(0, +))
    }

    private mutating func send(_ message: LightMessage, between index: Int, and node: Int) {
        guard !dice.light.happens(perMille: network.faults.lossPerMille) else { return }
        let city = scenario.cities[node % scenario.cities.count]
        let delay = City.roundTripMilliseconds(lights[index].city, city) * 500_000
        agenda.schedule(.light(index, message), at: record.now + delay)
    }

    /// Heads that a light node has adopted, and answers that it refused.
    public func lightCounts(of index: Int) -> (adopted: Int, failed: Int) {
        (lights[index].adoptedCount, lights[index].faults.count)
    }

    /// What light nodes have been shown, and what they have refused to believe, by what they asked.
    var lightFindings: [(kind: LightInquirer.Kind, found: Int, refused: Int)] {
        LightInquirer.Kind.allCases.map { kind in
            (
                kind, lights.reduce(0) { $0 + $1.inquirer.foundCounts[kind, default: 0] },
                lights.reduce(0) { $0 + $1.lieCounts[kind, default: 0] }
            )
        }
    }

    /// Why the light nodes refused answers, each reason as often as it was met.
    public var lightFaults: [LightFault] { lights.flatMap(\.faults) }

    /// What light nodes have stopped for, and show.
    public var lightStops: [LightClient.Stop] { lights.compactMap(\.client.stop) }

    /// Whether a light node whose anchor is genesis refuses a node's head once the trusting period
    /// is over, and took it before.
    public func refusesOldAnchor(of node: Int) -> Bool {
        let anchor = TrustAnchor(
            genesis: founding.founded.state.final.header, set: founding.set)
        let trust = LightTrust(anchor: anchor, scheme: scenario.scheme)
        guard case .head(let head) = served(by: node).answer(.head) else {
            return false
        }
        do throws(LightFault) {
            try trust.verify(head, now: anchor.time.adding(trust.policy.trustingPeriod - 1))
        } catch { return false }
        do throws(LightFault) {
            try trust.verify(head, now: anchor.time.adding(trust.policy.trustingPeriod))
            return false
        } catch {
            if case .expired = error { return true }
            return false
        }
    }
}

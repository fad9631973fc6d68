import Chain
import Consensus
import Gossip
import Primitives
import Replica
import Wire

extension Cluster {
    /// The one place of the simulator that carries effects out.
    mutating func perform(_ effects: [Replica.Effect], by node: Int) {
        let wanted = twist(effects, of: node)
        let life = nodes[node].life
        for effect in wanted {
            // A crash between two effects loses the later ones.
            if nodes[node].life != life || crashes(node, before: effect) { return }
            switch effect {
            case .send(let names, let channel, let frame):
                for name in names { send(frame, on: channel, from: node, to: name) }
            case .gossip(let name, let frame, _):
                send(frame, on: .gossip, from: node, to: name)
                schedule(.flushed(name, byteCount: frame.count), at: node, after: 1_000_000)
            case .log(let epoch, let batch): write(.votes(epoch, batch), at: node)
            case .forgetVotes(let epoch, let view):
                forgetVotes(epoch, below: view, at: node)
            case .takeOverLog: nodes[node].isCopy = false
            case .admit(let transactions):
                let results = nodes[node].executor.admit(transactions)
                finishAdmission(.admitted(results), at: node)
            case .assemble(let order, let token):
                finishWork(.assembled(assemble(order, at: node), token), at: node)
            case .store(let block, _): write(.block(block), at: node)
            case .execute(let block, let digest):
                finishWork(.executed(digest, execute(block, at: node)), at: node)
            case .finalize(let final): finalize(final, at: node)
            case .load(let order, let token):
                let answer = nodes[node].disk.load(order)
                schedule(.loaded(answer, token), at: node, after: diskDelay(of: node))
            case .wake(let name, let instant): arm(name, at: instant, of: node)
            case .disconnect(let name, let reason): dismiss(name, reason, by: node)
            case .answer(_, let id, let verdict):
                record.note(id.bytes.array + Array("\(verdict)".utf8), kind: 64, at: node)
                if isHonest(node) { record.noteAnswer(id, verdict, by: node, life: life) }
            case .evidence(let evidence):
                let view = viewOfVoter(node, in: evidence.first.epoch)
                record.note(evidence, at: node, in: view)
            case .keep(let finalization): nodes[node].disk.keep(finalization)
            case .alarm(let alarm): nodes[node].alarms.append(alarm)
            case .phase(let phase): nodes[node].phase = phase
            case .learned: break  // Simulated nodes know all addresses.
            }
        }
    }

    // MARK: Network

    func index(of name: PeerName) -> Int? { places[name] }

    mutating func send(
        _ frame: [UInt8], on channel: Channel, from node: Int, to name: PeerName
    ) {
        guard let receiver = index(of: name) else { return }
        let connection = links.connection(node, receiver)
        guard connection != 0 else { return }
        let reading = channel == .consensus ? read(frame, by: node) : FrameReading()
        if isHonest(node) {
            record.relayByteCount += reading.relayByteCount
            if channel == .consensus { record.noteEgress(frame.count, of: node) }
        }
        record.sentByteCount += UInt64(frame.count)
        if network.corrupts() {
            // What fails to authenticate ends the connection, and whatever is under way on it.
            return reset(node, receiver)
        }
        let arrivals = network.arrivals(
            from: node, to: receiver, channel, byteCount: frame.count, at: record.now)
        for arrival in arrivals {
            agenda.schedule(
                .frame(
                    from: node, to: receiver, connection: connection, channel, frame,
                    votes: reading.votes),
                at: arrival)
        }
    }

    mutating func connect(_ one: Int, _ other: Int) {
        guard one != other, scenario.links?.contains(Scenario.Link(one, other)) ?? true,
            nodes[one].isUp, nodes[other].isUp, links.connection(one, other) == 0,
            !network.isCut(from: one, to: other), !network.isCut(from: other, to: one)
        else { return }
        links.connect(one, other)
        // The news that the old connection is gone comes before that of the new one.
        tellLoss(of: other, to: one)
        tellLoss(of: one, to: other)
        deliver(.connected(nodes[other].name, link(isOutbound: true, other)), to: one)
        deliver(.connected(nodes[one].name, link(isOutbound: false, one)), to: other)
    }

    private mutating func tellLoss(of peer: Int, to node: Int) {
        guard nodes[node].replica?.peerNames.contains(nodes[peer].name) ?? false else { return }
        deliver(.disconnected(nodes[peer].name), to: node)
    }

    private func link(isOutbound: Bool, _ node: Int) -> PeerLink {
        guard let place = NetworkPlace(ip: [10, UInt8(node & 255), 0, 1]) else {
            preconditionFailure("four bytes are an address")
        }
        return PeerLink(isOutbound: isOutbound, place: place)
    }

    /// A node has let a peer go; honest nodes give each other no reason.
    private mutating func dismiss(_ name: PeerName, _ reason: DisconnectReason, by node: Int) {
        guard let peer = index(of: name), links.connection(node, peer) != 0 else { return }
        if isHonest(node), isHonest(peer), !record.damaged.contains(peer) {
            record.report(
                "I6", "node \(node) let honest node \(peer) go: \(reason)")
        }
        cutLink(node, peer)
        deliverLoss(of: node, to: peer)
        if isHonest(node), isHonest(peer) {
            agenda.schedule(.connect(node, peer), at: record.now + 1_000_000_000)
        }
    }

    mutating func cutLink(_ one: Int, _ other: Int) { links.disconnect(one, other) }

    /// Tells a node, one delay later, that a peer is gone.
    mutating func deliverLoss(of peer: Int, to node: Int) {
        agenda.schedule(
            .disconnected(node: node, peer: peer, connection: links.last(node, peer)),
            at: record.now + 50_000_000)
    }

    // MARK: Disk and executor

    private mutating func schedule(_ event: Replica.Event, at node: Int, after delay: UInt64) {
        agenda.schedule(
            .event(node: node, life: nodes[node].life, event), at: record.now + delay)
    }

    private mutating func diskDelay(of node: Int) -> UInt64 {
        dice.disk.below(
            (scenario.diskMicroseconds + nodes[node].slownessMicroseconds) * 1_000 + 1)
    }

    /// Builds a block; a node whose program differs could only build on its own state.
    private mutating func assemble(_ order: AssemblyOrder, at node: Int) -> Assembly {
        if let from = scenario.miscounting[node], height(of: node).next >= from.previous {
            return .failed
        }
        let assembly = nodes[node].executor.assemble(order)
        if isHonest(node), let block = assembly.block { record.noteBuilt(block.digest) }
        return assembly
    }

    /// Executes a block; a node whose program differs comes to another state.
    private mutating func execute(_ block: Block, at node: Int) -> ExecutionVerdict {
        let verdict = nodes[node].executor.execute(block)
        guard let from = scenario.miscounting[node], block.header.height >= from,
            case .valid(let terms) = verdict
        else { return verdict }
        return .valid(
            ChildTerms(
                stateRoot: block.digest, receiptsRoot: terms.receiptsRoot,
                historyRoot: terms.historyRoot, parameters: terms.parameters,
                validatorSet: terms.validatorSet, nextValidatorSet: terms.nextValidatorSet,
                nextEpoch: terms.nextEpoch))
    }

    private mutating func finishAdmission(_ event: Replica.Event, at node: Int) {
        let time = dice.disk.below(scenario.executionMicroseconds * 1_000 + 1)
        let end = nodes[node].queues.admit(at: record.now, taking: time)
        agenda.schedule(.event(node: node, life: nodes[node].life, event), at: end)
    }

    private mutating func finishWork(_ event: Replica.Event, at node: Int) {
        let time = dice.disk.below(scenario.executionMicroseconds * 1_000 + 1)
        let end = nodes[node].queues.execute(at: record.now, taking: time)
        agenda.schedule(.event(node: node, life: nodes[node].life, event), at: end)
    }

    private mutating func write(_ write: SimulatedDisk.Write, at node: Int) {
        guard takesWrite(node) else { return }
        record.writeCount += 1
        let end = nodes[node].queues.write(
            isVote: write.isVote, at: record.now, taking: diskDelay(of: node))
        nodes[node].writes.append((record.writeCount, write))
        agenda.schedule(
            .written(node: node, life: nodes[node].life, number: record.writeCount), at: end)
    }

    private mutating func finalize(_ final: FinalBlock, at node: Int) {
        do throws(BlockFault) {
            let (tip, outcome) = try nodes[node].executor.finalize(final.digest)
            write(.final(final, tip, outcome), at: node)
            if isHonest(node) { noteFinal(final, at: node) }
        } catch {
            record.report("I1", "node \(node) cannot make \(final.digest) final: \(error)")
        }
    }

    /// A write is durable: the disk has it and the machine hears so.
    mutating func finishWrite(_ number: UInt64, at node: Int) {
        guard let place = nodes[node].writes.firstIndex(where: { $0.number == number }) else {
            return
        }
        let write = nodes[node].writes.remove(at: place).write
        apply(write, at: node)
        syncInTruth(node)
        switch write {
        case .votes(let epoch, let batch): deliver(.logged(epoch, batch.token), to: node)
        case .block(let block): deliver(.stored(block.digest), to: node)
        case .final(let final, _, _): deliver(.finalized(final.block.header.height), to: node)
        }
    }

    mutating func apply(_ write: SimulatedDisk.Write, at node: Int) {
        nodes[node].disk.apply(write)
        if case .block(let block) = write, isHonest(node), !block.hasOwnBody {
            record.report("I7", "node \(node) stores another body than its header commits to")
        }
        guard case .votes(_, let batch) = write, isHonest(node) else { return }
        record.noteDurable(batch.records, at: node)
        for case .accepted(_, let header, _) in batch.records
        where !nodes[node].disk.holds(header) {
            record.report("I7", "node \(node) accepts a block that is not on its disk")
        }
    }

    /// A node drops votes only when its chain tells what they told, also after a power cut.
    private mutating func forgetVotes(_ epoch: Epoch, below view: View, at node: Int) {
        let durable = nodes[node].disk.tip.header
        if isHonest(node), (durable.epoch, durable.view) < (epoch, view) {
            record.report(
                "I7",
                "node \(node) drops votes below view \(view) of epoch \(epoch), and its chain"
                    + " ends in view \(durable.view) of epoch \(durable.epoch)")
        }
        nodes[node].disk.forgetVotes(epoch, below: view)
    }

    private mutating func arm(_ name: TimerName, at instant: Instant, of node: Int) {
        record.wakeCount += 1
        let time = nodes[node].clock.time(of: instant, notBefore: record.now)
        nodes[node].wakes[name] = record.wakeCount
        agenda.schedule(
            .wake(node: node, life: nodes[node].life, name, serial: record.wakeCount), at: time)
    }
}

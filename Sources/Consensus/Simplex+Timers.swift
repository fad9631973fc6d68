import Primitives

/// Entering views, and what happens by the clock (rules C20 to C24).
extension Simplex {
    /// Enters a view: by a certificate that leaves the one before, or at the start.
    mutating func enter(_ view: View) {
        guard view > position.view, !position.hasEnded else { return }
        guard view <= position.finalizedView.adding(RoundTable.openLimit) else {
            if !position.isStuck {
                position.isStuck = true
                outbox.emit(.alarm(.tooManyOpenViews(view)))
            }
            return
        }
        rounds.extend(to: view)
        position.view = view
        pacemaker.enter()
        outbox.building = nil
        peers.repair = PeerTable.Repair()
        rounds.compact(behind: view, finalized: position.finalizedView)
    }

    // MARK: Whether a block is due

    /// When the current view becomes due whatever the mempool says (rule C23).
    private var heartbeatDue: Instant {
        let heartbeat = pacemaker.lastBlock.advanced(milliseconds: config.pace.heartbeat)
        guard hasOpenTip else { return heartbeat }
        // A block that nobody finalizes needs a child to become final.
        return min(
            heartbeat, pacemaker.lastBlock.advanced(milliseconds: pacemaker.pace.advance))
    }

    /// Whether an executed block waits for its finalization.
    private var hasOpenTip: Bool {
        position.view.previous > position.finalizedView
    }

    var isBlockDue: Bool { heartbeatDue <= pacemaker.now || isBoundaryOpen }

    /// Whether the epoch's last block is there and not final: it is proposed until it is.
    private var isBoundaryOpen: Bool {
        let view = position.view.previous
        guard view > position.finalizedView, rounds.contains(view) else { return false }
        return rounds[view].candidate?.header?.header.height == config.lastHeight
    }

    mutating func noteMempool(isReady: Bool) {
        if !isReady {
            pacemaker.readySince = nil
        } else if pacemaker.readySince == nil {
            pacemaker.readySince = pacemaker.now
        }
    }

    /// Arms the view's timers once somebody has reason to expect a proposal.
    mutating func settleActivity() {
        settleView()
        // After the view's own timers: who only follows has no other one when it gives a view up.
        let isOpen = hasOpenTip || pacemaker.deadlines.advance != nil
        if isOpen, pacemaker.deadlines.standstill == nil {
            pacemaker.deadlines.standstill = pacemaker.after(pacemaker.standstillWait)
        } else if !isOpen {
            pacemaker.deadlines.standstill = nil
        }
    }

    private mutating func settleView() {
        pacemaker.deadlines.due = nil
        let view = position.view
        guard pacemaker.deadlines.advance == nil, !rounds[view].own.nullified else { return }
        var due = isBoundaryOpen ? pacemaker.now : heartbeatDue
        if let ready = pacemaker.readySince {
            due = min(due, ready.advanced(milliseconds: config.pace.readiness))
        }
        if !rounds[view].tallies.isEmpty { due = pacemaker.now }
        if case .none = rounds[view].offer {} else { due = pacemaker.now }
        guard due <= pacemaker.now else {
            pacemaker.deadlines.due = due
            return
        }
        if isLeaderSilent(rounds[view].leader) {
            pacemaker.deadlines.leader = pacemaker.now
            pacemaker.deadlines.advance = pacemaker.now
            expireView()
        } else {
            pacemaker.deadlines.leader = pacemaker.after(pacemaker.scaled(config.pace.leader))
            pacemaker.deadlines.advance = pacemaker.after(pacemaker.scaled(config.pace.advance))
        }
    }

    /// Whether the leader has been silent for long while a quorum was not (rule C20).
    private func isLeaderSilent(_ leader: Seat) -> Bool {
        guard leader != seat else { return false }
        let now = pacemaker.now
        let silent = pacemaker.lastActive[Int(leader.index)]
        guard now.milliseconds(since: silent) >= config.pace.skip else { return false }
        var active: UInt64 = 0
        for (index, member) in config.set.members.enumerated() {
            let isOurs = seat?.index == UInt32(index)
            let quiet = now.milliseconds(since: pacemaker.lastActive[index])
            if isOurs || quiet < config.pace.skip { active += member.weight }
        }
        return config.set.isQuorum(active)
    }

    // MARK: Deadlines

    mutating func wake() {
        guard position.view > View(0), !position.hasEnded else { return }
        expireView()
        _ = pacemaker.expire(\.early)
        if pacemaker.expire(\.retry) { resend() }
        if pacemaker.expire(\.standstill) { rebroadcast() }
        if pacemaker.expire(\.status) {
            pacemaker.deadlines.status = pacemaker.after(config.pace.status)
            outbox.send(.status(status), to: .everyone)
        }
    }

    private mutating func expireView() {
        if pacemaker.expire(\.leader) {
            switch rounds[position.view].offer {
            case .none, .refused: nullify()
            case .held, .checking, .passed: break
            }
        }
        // The deadline stays as a mark that the view's timers have been set.
        if let advance = pacemaker.deadlines.advance, advance <= pacemaker.now {
            pacemaker.deadlines.advance = Instant(.max)
            nullify()
        }
    }

    /// Listening ends by views or by time, whichever is first; alone nobody hears anything, so that
    /// time does not count (rule C45).
    mutating func settleListening() {
        guard let until = safeguard.listensUntil else { return }
        if peers.connected.isEmpty, config.set.count > 1 {
            safeguard.listensUntil?.instant = pacemaker.after(config.pace.listening)
            return
        }
        guard position.view >= until.view || pacemaker.now >= until.instant else { return }
        safeguard.listensUntil = nil
        guard case .listening = safeguard.standing else { return }
        safeguard.standing = .voting
        safeguard.owedViews = nil
        outbox.emit(.listened)
        // Timers that ran out while we listened start again, now that we may act on them.
        pacemaker.enter()
    }
}

import Chain
import Ledger
import Primitives
import Trade

/// Values of the actions about things and parties, with every field set.
extension TradeSamples {
    /// Hashes, ascending, as lists of things are.
    private mutating func keys() -> [Digest] {
        [random.digest(), random.digest(), random.digest()].sorted()
    }

    private mutating func births() -> [BeginItems.Birth] {
        keys().map { BeginItems.Birth(key: $0, tag: account()) }
    }

    mutating func itemKinds() -> [Action.Kind] {
        let sighting = Sighting(
            latitude: 515_072, longitude: -12_750, time: Timestamp(random.number() | 1))
        return [
            .beginItems(BeginItems(event: random.digest(), items: births())),
            .observeItems(
                ObserveItems(event: random.digest(), items: keys(), sighting: sighting)),
            .joinItems(
                JoinItems(event: random.digest(), parent: random.digest(), children: keys())),
            .partItems(
                PartItems(event: random.digest(), parent: random.digest(), children: keys())),
            .transformItems(
                TransformItems(event: random.digest(), inputs: keys(), outputs: births())),
            .endItems(EndItems(event: random.digest(), items: keys())),
            .handOverItems(
                HandOverItems(event: random.digest(), items: keys(), receiver: account())),
            .claimItem(ClaimItem(item: random.digest(), tag: account())),
            .declareError(
                DeclareError(
                    event: random.digest(), reason: .didNotOccur, corrective: random.digest(),
                    items: keys())),
            .recallItems(RecallItems(notice: random.digest(), items: keys())),
            .acknowledgeRecall(AcknowledgeRecall(notice: random.digest(), items: keys())),
        ]
    }

    mutating func partyKinds() -> [Action.Kind] {
        [
            .attest(
                Attest(
                    subject: account(), role: .agent, end: Timestamp(random.number() | 1),
                    credential: random.digest())),
            .revokeAttestation(RevokeAttestation(subject: account(), role: .customs)),
        ]
    }
}

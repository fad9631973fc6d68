public import Primitives

// How leaders open their chains, and how that becomes the seeds of later epochs (rules L48 and L49).

extension Draft {
    /// The layer that a validator has to cover with what it opens next; `nil` when it has pledged no
    /// chain, or opened a layer in this epoch.
    public mutating func coveringLayer(of record: ValidatorRecord) -> Digest? {
        guard let pledge = record.pledge, let parameters = parameters() else { return nil }
        guard let leaf = reveal(of: record.key), leaf.pledge == pledge else { return pledge }
        return leaf.epoch < parameters.epoch(of: height) ? leaf.layer : nil
    }

    /// Whether a leader may put this into its block: nothing, or the next layer of its chain.
    public mutating func accepts(reveal: Digest, by record: ValidatorRecord) -> Bool {
        guard reveal != .zero else { return true }
        return coveringLayer(of: record) == RevealChain.cover(reveal)
    }

    /// Takes in what a leader has opened; zero is nothing.
    public mutating func take(reveal: Digest, by record: ValidatorRecord) {
        guard reveal != .zero, let pledge = record.pledge, let parameters = parameters() else {
            return
        }
        set(
            RevealLeaf(pledge: pledge, layer: reveal, epoch: parameters.epoch(of: height)),
            of: record.key)
        var seeds = seeds()
        seeds.mix = Digest(seeds.mix, reveal, in: .seed)
        set(seeds)
    }

    /// Moves the seeds up at the end of an epoch.
    mutating func turnSeeds() {
        guard var seeds = openedSeeds() else { return }
        seeds.current = seeds.next
        seeds.next = Digest(seeds.next, seeds.mix, in: .seed)
        seeds.mix = .zero
        set(seeds)
    }

    // MARK: Leaves

    mutating func reveal(of key: PublicKey) -> RevealLeaf? {
        let place = tables.reveals.place(of: key, from: source, &fault) { .reveal($0) }
        return tables.reveals[place]
    }

    mutating func set(_ leaf: RevealLeaf, of key: PublicKey) {
        let place = tables.reveals.place(of: key, from: source, &fault) { .reveal($0) }
        tables.reveals.set(leaf, at: place)
    }

    /// Zeros before anybody has opened a layer.
    public mutating func seeds() -> SeedLeaf { openedSeeds() ?? SeedLeaf() }

    /// `nil` before anybody has opened a layer: there is no leaf then.
    private mutating func openedSeeds() -> SeedLeaf? {
        let place = tables.seeds.place(of: Single(), from: source, &fault) { _ in .seeds }
        return tables.seeds[place]
    }

    mutating func set(_ seeds: SeedLeaf) {
        let place = tables.seeds.place(of: Single(), from: source, &fault) { _ in .seeds }
        tables.seeds.set(seeds, at: place)
    }
}

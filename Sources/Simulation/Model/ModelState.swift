/// Everything that has happened in a small network: who voted for what, which certificates an
/// honest seat has seen, and what each block stands on.
///
/// Three honest seats and a traitor that signs whatever helps it, so its votes are not kept. Packed
/// into one number, since millions of states are compared.
///
/// - Shape: three seats of 7 bits a view of votes; 3 bits a view of certificates; 3 bits a block of
///   what its parent is: 120 bits for four views.
struct ModelState: Hashable, Sendable {
    static let honestCount = 3
    static let viewLimit = 4

    /// What one seat, or the onlooker, has in one view.
    struct Marks: OptionSet, Sendable {
        let rawValue: UInt8

        static let nullify = Marks(rawValue: 4)
        static func notarize(_ block: ModelBlock) -> Marks {
            Marks(rawValue: 1 << UInt8(block.variant))
        }
        /// A vote to finalize is for a block and the state that its execution leads to.
        static func finalize(_ block: ModelBlock, _ root: ModelRoot) -> Marks {
            Marks(rawValue: (root == .executed ? 8 : 32) << UInt8(block.variant))
        }
        static func finalizeWithAnyRoot(_ block: ModelBlock) -> Marks {
            finalize(block, .executed).union(finalize(block, .other))
        }
        static let anyNotarize = Marks(rawValue: 3)
        static let anyFinalize = Marks(rawValue: 120)

        var count: Int { rawValue.nonzeroBitCount }
    }

    private var bits: UInt128 = 0

    /// Nobody has done anything.
    init() {}

    private func field(_ offset: Int, _ width: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (bits >> UInt128(offset)) & ((1 << UInt128(width)) - 1))
    }

    private mutating func setField(_ offset: Int, _ width: Int, _ value: UInt8) {
        let mask = ((UInt128(1) << UInt128(width)) - 1) << UInt128(offset)
        bits = bits & ~mask | UInt128(value) << UInt128(offset)
    }

    // MARK: Seats

    private static let voteWidth = 7
    private static let seatWidth = voteWidth * viewLimit

    private static func voteOffset(_ seat: Int, _ view: Int) -> Int {
        seat * seatWidth + voteWidth * (view - 1)
    }

    /// The view of a seat's newest vote: it has left those before.
    func view(of seat: Int) -> Int {
        (1...Self.viewLimit).last { !votes(of: seat, in: $0).isEmpty } ?? 1
    }

    /// The last view in which an honest seat has voted.
    var newestView: Int {
        (1...Self.viewLimit).last { view in
            (0..<Self.honestCount).contains { !votes(of: $0, in: view).isEmpty }
        } ?? 1
    }

    func votes(of seat: Int, in view: Int) -> Marks {
        Marks(rawValue: field(Self.voteOffset(seat, view), Self.voteWidth))
    }

    mutating func vote(_ mark: Marks, by seat: Int, in view: Int) {
        setVotes(votes(of: seat, in: view).union(mark), of: seat, in: view)
    }

    mutating func setVotes(_ marks: Marks, of seat: Int, in view: Int) {
        setField(Self.voteOffset(seat, view), Self.voteWidth, marks.rawValue)
    }

    /// How many honest seats have cast one of these votes.
    func count(anyOf marks: Marks, in view: Int) -> Int {
        (0..<Self.honestCount).count { !votes(of: $0, in: view).isDisjoint(with: marks) }
    }

    // MARK: Certificates

    private static let seenOffset = honestCount * seatWidth

    /// Certificates of a view that an honest seat holds, and so can give to the others.
    func seen(in view: Int) -> Marks {
        Marks(rawValue: field(Self.seenOffset + 3 * (view - 1), 3))
    }

    mutating func see(_ mark: Marks, in view: Int) {
        setSeen(seen(in: view).union(mark), in: view)
    }

    mutating func setSeen(_ marks: Marks, in view: Int) {
        setField(Self.seenOffset + 3 * (view - 1), 3, marks.rawValue)
    }

    // MARK: Blocks

    private static let parentOffset = seenOffset + 3 * viewLimit

    /// What a block stands on; `nil` when nobody has voted for it.
    func parent(of block: ModelBlock) -> ModelParent? {
        switch field(Self.parentOffset + 3 * block.index, 3) {
        case 0: nil
        case 1: .genesis
        case let code: .block(ModelBlock(index: Int(code) - 2))
        }
    }

    mutating func setParent(_ parent: ModelParent, of block: ModelBlock) {
        let code: UInt8 =
            switch parent {
            case .genesis: 1
            case .block(let parent): UInt8(parent.index + 2)
            }
        setField(Self.parentOffset + 3 * block.index, 3, code)
    }

    mutating func forget(_ block: ModelBlock) {
        setField(Self.parentOffset + 3 * block.index, 3, 0)
    }

    /// Seats 1 and 2 play the same part where neither leads: of two mirrored states one is enough.
    func mirrored() -> ModelState {
        let width = UInt128(Self.seatWidth)
        let mask = (UInt128(1) << width) - 1
        let (one, two) = (bits >> width & mask, bits >> (2 * width) & mask)
        guard one > two else { return self }
        var mirror = self
        mirror.bits = bits & ~(mask << width | mask << (2 * width))
        mirror.bits |= two << width | one << (2 * width)
        return mirror
    }
}

/// A block by its view; a traitor that leads makes two.
struct ModelBlock: Hashable, Sendable {
    let view: Int
    let variant: Int

    init(view: Int, variant: Int) {
        self.view = view
        self.variant = variant
    }

    init(index: Int) { self.init(view: index / 2 + 1, variant: index % 2) }

    var index: Int { 2 * (view - 1) + variant }
    var name: String { "\(variant == 0 ? "A" : "B")\(view)" }
}

/// The state after a block, as a vote to finalize names it.
enum ModelRoot: CaseIterable, Sendable {
    /// What the block's execution leads to.
    case executed
    /// What a traitor, or a machine whose execution went wrong, says instead.
    case other
}

enum ModelParent: Hashable, Sendable {
    case genesis
    case block(ModelBlock)

    var view: Int {
        switch self {
        case .genesis: 0
        case .block(let block): block.view
        }
    }
}

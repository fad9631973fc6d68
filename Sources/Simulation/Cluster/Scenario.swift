public import Consensus
public import Primitives

/// What kind of run a seed decides the details of.
public struct Scenario: Sendable {
    /// Weights of the validators; their count is the count of validators.
    public var weights: [UInt64]
    /// Full nodes without a vote.
    public var followerCount = 0
    /// Light nodes, which ask two full nodes at a time for the head.
    public var lightCount = 0
    /// Blocks of an epoch.
    public var epochLength: UInt64 = 1_000_000
    /// Where nodes stand, by index; repeated when there are more nodes.
    public var cities: [City] = City.allCases
    public var faults = NetworkFaults()
    public var pace = Pace()
    /// Real signatures are checked in a few runs, since they take most of the time.
    public var scheme = SignatureScheme.simulated
    /// Disk writes and execution take up to so long.
    ///
    /// - Unit: microseconds.
    public var diskMicroseconds: UInt64 = 3_000
    public var executionMicroseconds: UInt64 = 1_000
    /// Payments that wallets make in a second of the run; zero leaves the chain to its heartbeats.
    public var paymentsPerSecond: UInt64 = 20
    public var accountCount = 32
    public var workload = Workload()
    /// Followers become validators of weight one, and leave again, as often as that can be.
    public var changesValidators = false
    /// Clocks differ by up to so much.
    ///
    /// - Unit: milliseconds.
    public var clockOffsetMilliseconds: UInt64 = 0
    public var clockDriftMillionths: UInt64 = 0
    /// Newest rules that followers have; blocks follow those of the ledger's code.
    public var followerProtocolNumber: UInt32 = 1
    /// Traitors, by node.
    public var traitors: [Int: TraitorKind] = [:]
    /// Followers that run with the vote key of a validator, as a copied data folder would.
    public var twins: [Int: Int] = [:]
    /// Nodes whose disk says of some writes that they are kept when they are not; they weigh with the
    /// traitors.
    public var lyingDisks: Set<Int> = []
    /// Validators with other rules than the ledger's code.
    public var protocolNumbers: [Int: UInt32] = [:]
    /// Nodes that compute another state than the others, from a height on.
    public var miscounting: [Int: Height] = [:]
    /// Followers with a copy of a validator's key and data; unlike twins they know that the data
    /// came from elsewhere.
    public var clones: [Int: Int] = [:]
    /// Followers have keys, and may become validators.
    public var givesFollowersKeys = false
    /// Traitors weigh too much, and broken laws do not end the run.
    public var expectsFork = false
    /// Validators whose vote keys everyone has who betrays light nodes; those that hold more than two
    /// thirds of the weight can make light nodes stop, and nothing else.
    public var stolenKeys: [Int] = []
    /// Whether the laws of the ledger are checked after every block.
    public var checksLaws = true

    /// Pairs of nodes that can be connected; `nil` lets every node reach every other.
    public var links: [Link]?

    /// Two nodes between which a connection is possible.
    public struct Link: Hashable, Sendable {
        public let one: Int
        public let other: Int

        public init(_ one: Int, _ other: Int) {
            self.one = min(one, other)
            self.other = max(one, other)
        }
    }

    public init(validators: Int) { weights = Array(repeating: 10, count: validators) }

    public init(weights: [UInt64]) { self.weights = weights }

    public var nodeCount: Int { weights.count + followerCount }
}

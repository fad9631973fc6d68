public import Ledger
public import Primitives
public import Wire

/// Where an item's life is.
public enum ItemState: UInt32, Hashable, Sendable, CaseIterable {
    case active = 1
    /// Used up in making something else.
    case consumed = 2
    /// Its name came to an end: destroyed, or decommissioned.
    case ended = 3
}

/// Where and when somebody says that an item was seen.
///
/// - Unit: ten-thousandths of a degree, north and east positive; milliseconds since 1970.
public struct Sighting: Hashable, Sendable, WireCodable {
    public static let latitudeRange: ClosedRange<Int64> = -900_000...900_000
    public static let longitudeRange: ClosedRange<Int64> = -1_800_000...1_800_000

    public let latitude: Int64
    public let longitude: Int64
    public let time: Timestamp

    /// - Returns: `nil` for a place that is not on the earth.
    public init?(latitude: Int64, longitude: Int64, time: Timestamp) {
        guard Self.latitudeRange.contains(latitude), Self.longitudeRange.contains(longitude)
        else { return nil }
        self.latitude = latitude
        self.longitude = longitude
        self.time = time
    }

    /// Both angles are written as degrees from the south pole and from the date line, so that no number
    /// is negative.
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        let north = try cursor.uint64(1, "north", of: bytes)
        let east = try cursor.uint64(2, "east", of: bytes)
        let time = Timestamp(try cursor.uint64(3, "time", of: bytes))
        guard north <= 1_800_000, east <= 3_600_000,
            let sighting = Sighting(
                latitude: Int64(north) - 900_000, longitude: Int64(east) - 1_800_000, time: time)
        else { throw WireError(.invalid, at: start) }
        self = sighting
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, UInt64(latitude + 900_000))
        writer.uint64(2, UInt64(longitude + 1_800_000))
        writer.uint64(3, time.milliseconds)
    }
}

/// A thing that is followed: a piece, a lot, a box, a container.
///
/// Named by the hash of its Digital Link. Everything that happens to it is a step of its journal; what
/// happens to the box that it lies in is in the box's journal, and the steps of joining and leaving say
/// which part of that journal is about the item too (rule T84).
public struct Item: RecordContent {
    public static let kind: UInt8 = 48

    /// Who brought it into being, and may recall it.
    public let maker: AccountID
    /// Who has it, while it lies in nothing; else who has the outermost thing around it.
    public internal(set) var keeper: AccountID
    public internal(set) var state: ItemState
    /// What it lies in.
    public internal(set) var parent: Digest?
    /// Levels of things in it, zero for a piece.
    public internal(set) var levels: UInt32
    /// The one-time key under its label, if it has one.
    public let tag: AccountID?
    /// Claims so far; every one after the first is an alarm.
    public internal(set) var claims: UInt64
    /// Who claimed it first.
    public internal(set) var claimant: AccountID?
    public internal(set) var sighting: Sighting?
    /// Steps that cannot be true of one thing.
    public internal(set) var alarms: UInt64
    /// Hash of the newest recall notice.
    public internal(set) var recall: Digest?
    /// Whether the keeper has said that the notice reached him.
    public internal(set) var isRecallSeen: Bool

    public init(maker: AccountID, tag: AccountID? = nil) {
        self.maker = maker
        self.tag = tag
        keeper = maker
        state = .active
        levels = 0
        claims = 0
        alarms = 0
        isRecallSeen = false
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        maker = try cursor.fixed(1, "maker", of: bytes)
        keeper = try cursor.fixed(2, "keeper", of: bytes)
        let start = cursor.offset
        guard let state = ItemState(rawValue: try cursor.uint32(3, "state", of: bytes)) else {
            throw WireError(.invalid, at: start).inside("state")
        }
        self.state = state
        parent = try cursor.optionalFixed(4, "parent", of: bytes)
        levels = try cursor.uint32(5, "levels", of: bytes)
        tag = try cursor.optionalFixed(6, "tag", of: bytes)
        claims = try cursor.uint64(7, "claims", of: bytes)
        claimant = try cursor.optionalFixed(8, "claimant", of: bytes)
        sighting = try cursor.optionalMessage(9, "sighting", of: bytes)
        alarms = try cursor.uint64(10, "alarms", of: bytes)
        recall = try cursor.optionalFixed(11, "recall", of: bytes)
        isRecallSeen = try cursor.bool(12, "recall_seen", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, maker)
        writer.fixed(2, keeper)
        writer.uint32(3, state.rawValue)
        writer.fixed(4, parent)
        writer.uint32(5, levels)
        writer.fixed(6, tag)
        writer.uint64(7, claims)
        writer.fixed(8, claimant)
        writer.message(9, sighting)
        writer.uint64(10, alarms)
        writer.fixed(11, recall)
        writer.bool(12, isRecallSeen)
    }

    /// Takes a sighting in.
    ///
    /// - Returns: Whether no vehicle could have brought the item there from where it was seen last.
    mutating func see(_ sighting: Sighting) -> Bool {
        let isImpossible = self.sighting.map { !Journey($0, sighting).isPossible } ?? false
        if isImpossible { alarms = alarms.addingReportingOverflow(1).partialValue }
        self.sighting = sighting
        return isImpossible
    }
}

public import Trade

/// What a pre-flight found.
public struct PreflightReport: Sendable {
    public let parcels: [ParcelReport]
    /// Fields that the field table refuses.
    public let faults: [FieldFinding]
    /// What is worth knowing and breaks no rule.
    public let notices: [String]

    /// Every rule that failed for some parcel, ascending.
    public var failed: [MatchRule] {
        let rules = parcels.flatMap { $0.findings.map(\.rule) }
        return MatchRule.allCases.filter(rules.contains)
    }

    /// Whether nothing stands in the way: no failed rule, and no field at fault.
    public var isClean: Bool { failed.isEmpty && faults.isEmpty }
}

/// One parcel's part of the report.
public struct ParcelReport: Sendable {
    public let order: String
    public let findings: [RuleFinding]
    public let notices: [String]
}

/// A failed rule, what stands where, and what to do.
public struct RuleFinding: Sendable {
    /// One side of a comparison.
    public struct Side: Sendable {
        /// Whose value it is: the name of a document, or *computed*.
        public let origin: String
        public let field: String
        /// `nil` when the document has none.
        public let value: String?
    }

    public let rule: MatchRule
    public let sides: [Side]
    public let advice: String
}

/// A field at fault, and in which of the four messages it is.
public struct FieldFinding: Sendable {
    public let document: MatchDocumentKind
    public let fault: CustomsFault
}

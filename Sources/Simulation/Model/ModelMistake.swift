/// A part of one rule of agreement that a model leaves out on purpose.
///
/// The search finds what goes wrong then; a rule whose absence nothing notices would be no rule.
public enum ModelMistake: String, CaseIterable, Sendable {
    /// R1: goes on without a certificate of the view.
    case leavesWithoutCertificate
    /// R2: proposes on a parent without proof that the views between were given up.
    case proposesUnproved
    /// R2: proposes again after a restart.
    case proposesTwice
    /// R3: votes for both blocks of a view.
    case votesTwice
    /// R3: votes for a block whatever its parent is.
    case parentUnchecked
    /// R3: does not ask for the nullifications of the views between.
    case skipsUnproved
    /// R4: takes half of the weight for a quorum.
    case halfQuorum
    /// R4: does not certify in a view that it has given up.
    case noCertifyAfterNullify
    /// R5: votes final what was not executed.
    case votesWithoutExecution
    /// R5: votes final without a notarization.
    case finalizesUncertified
    /// R5: votes final in a view that it has given up.
    case finalizesAfterNullify
    /// R5: one seat's verdict differs from the others'.
    case verdictsDiffer
    /// R6: gives up a view in which it has voted final.
    case nullifiesAfterFinalize
    /// R6: waits for ever.
    case neverGivesUp
    /// R7: does not go on when a view is given up.
    case staysAfterNullification
    /// R8: counts votes of different state roots together.
    case rootsMixed
    /// R9: leaves those who are behind to themselves.
    case helpsNobody
    /// R10: says nothing twice.
    case neverRepeats
    /// 1.7: has forgotten its votes after a restart.
    case forgetsVotes
}

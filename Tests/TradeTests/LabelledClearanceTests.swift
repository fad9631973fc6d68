import Documents
import LabelledCases
import Testing
import Trade

/// The labelled cases of the three-document match, sealed and opened on the ledger.
@Suite("Labelled cases through clearance")
struct LabelledClearanceTests {
    @Test(
        "Each case fails exactly its rules when the ledger compares what was opened",
        .enabled(if: !LabelledCase.all.isEmpty, "ARGOSY_DATA does not name the customs data"),
        arguments: LabelledCase.all)
    func compared(_ labelled: LabelledCase) throws {
        let match = try labelled.quadruple.match(
            limits: TaxRules.known.retailLimits(on: nil), used: .zero)
        var (net, clearance) = try ClearanceCase.shipped()
        clearance.number = Array(labelled.id.utf8)
        clearance.documents.order = match.order
        clearance.documents.payment = match.payment
        clearance.documents.waybill = match.waybill
        clearance.documents.list = match.list
        try clearance.compare(in: &net)
        let found = try net.clearance(clearance.deal.id)
        #expect(found.verdict.names.sorted() == labelled.expect)
        #expect(found.verdict.failed == match.failedRules)
        let isFaulty = match.failedRules.contains(where: \.isFault)
        #expect(found.state == (isFaulty ? .rejected : .matched))
    }
}

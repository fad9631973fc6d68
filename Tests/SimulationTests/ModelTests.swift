import Simulation
import Testing

/// All states of small networks; larger ones are visited by `Tools/Soak/mutations --model`.
@Suite("The rules of agreement as a model, all states")
struct ModelTests {
    @Test(
        "No state of four seats and two views breaks a law or is stuck",
        arguments: [Set<Int>(), [1], [2]], [false, true])
    func rules(ledByTraitor: Set<Int>, hasInvalid: Bool) {
        let result = ModelSearch(
            views: 2, ledByTraitor: ledByTraitor, hasInvalid: hasInvalid
        ).run()
        #expect(result.isComplete)
        #expect(result.fault == nil, "\(result.steps)")
    }

    @Test(
        "Every rule is needed: what happens without it is found",
        arguments: ModelMistake.allCases)
    func mistakes(_ mistake: ModelMistake) {
        #expect(ModelSearch.firstFault(with: mistake) != nil, "\(mistake.rawValue)")
    }
}

import Simulation
import Testing

/// All states of three views; all of four are visited by `Tools/Soak/mutations --model`.
@Suite("The rules of agreement as a model, all states")
struct ModelTests {
    @Test(
        "No state of four seats and three views breaks a law or is stuck",
        arguments: ModelSearch.all(views: 3))
    func rules(search: ModelSearch) {
        let result = search.run()
        #expect(result.fault == nil, "\(result.steps)")
    }

    @Test(
        "Taking states together that differ in nothing that matters loses none",
        arguments: [
            ModelSearch(views: 2, ledByTraitor: [1]),
            ModelSearch(views: 2, ledByTraitor: [], isDiverged: true),
        ])
    func reduction(search: ModelSearch) { #expect(search.losesNothing) }

    @Test(
        "Every rule is needed: what happens without it is found",
        arguments: ModelMistake.allCases)
    func mistakes(_ mistake: ModelMistake) {
        #expect(ModelSearch.firstFault(with: mistake) != nil, "\(mistake.rawValue)")
    }
}

extension LightNode {
    /// Answers a command.
    func answer(_ request: ControlRequest) async -> ControlAnswer {
        .failure(FailureAnswer("unsupported", "Not answered yet."))
    }
}

import DaybookModel

enum ResumeQueues {
    static let description = CommandDescription(
        "queues resume", "hand out jobs of a paused queue again",
        positionals: [PauseQueues.queues.description], options: PauseQueues.options
    ) { call, context in
        try PauseQueues.run(call, context, isPause: false)
    }
}

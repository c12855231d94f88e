import DaybookModel

/// Jobs that are in the log while standard output is closed or full: whoever asked must not believe that they are not,
/// and ask again.
enum UnheardAnswers {
    /// Runs `print`, which tells `answers`; if that fails, the failure says what is in the log.
    static func tell(_ answers: [EnqueueAnswer], _ context: CommandContext, _ print: () throws -> Void) throws {
        do {
            try print()
        } catch let failure as Failure where context.output.isBroken {
            let why = failure.sentence ?? "Standard output was closed before the answer was told."
            throw Failure(.unusable, "\(why) \(sentence(answers))")
        }
    }

    static func sentence(_ answers: [EnqueueAnswer]) -> String {
        let jobs = answers.map(\.job)
        guard let first = jobs.min(), let last = jobs.max() else {
            return "Of the lines since the last answer none is in the log."
        }
        guard answers.count > 1 else { return "Job \(first) is in the log; do not enqueue it again." }
        return "\(answers.count) jobs are in the log that may not have been told of, numbers \(first) to \(last); "
            + "do not enqueue them again."
    }
}

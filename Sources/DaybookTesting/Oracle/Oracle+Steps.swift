internal import DaybookModel

/// A step of a job.
struct StepFacts: Hashable {
    let job: SequenceNumber
    let name: String
}

extension Oracle {
    func judgeStep(_ name: String, _ event: Event, _ sequence: SequenceNumber) {
        let step = StepFacts(job: event.job, name: name)
        if let before = steps[step] { note(.steps, sequence, "event \(before) had recorded the step \(name)") }
        steps[step] = sequence
    }

    /// A run that was claimed after a step had been recorded must not do it.
    func judgeSteps() {
        for done in testimony?.steps ?? [] {
            guard let recorded = steps[StepFacts(job: done.job, name: done.name)], recorded < done.token else {
                continue
            }
            note(.steps, done.token, "it did the step \(done.name), which event \(recorded) had recorded")
        }
    }
}

extension JobFacts {
    /// Whether its unique key keeps others out. That of a window does so for the window's time and not the job's.
    var holdsKey: Bool {
        switch uniqueness {
        case .unfinished: !isFinished
        case .waiting: !isFinished && state != .processing
        case .window: false
        }
    }
}

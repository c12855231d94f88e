import DaybookLog
import DaybookModel

enum EnqueueCommand {
    static let standardInput = Flag("--stdin", "jobs from standard input, a line of JSON each")

    static let description = CommandDescription(
        "enqueue", "make a job, and say `ack JOB SEQ` once it is durable",
        discussion: [
            "SEQ is the event that answers: the one that created the job, or one that says it was there already, by "
                + "its key or its request id. If nobody can say whether it is durable, `unknown` stands on standard "
                + "error and the exit code is 3; asked again with the same --request-id the store knows.",
            "With --stdin each line is an object with the fields name, args, queue, priority, delay, at, key, "
                + "after, batch, attempts, timeout, expires, onConflict, unique, uniqueFor, requestID, tags, tenant "
                + "and limitKeys. Each line is answered in order "
                + "by `ack JOB SEQ`, or on standard error by `error LINE: why` or `unknown LINE`; the others go on.",
        ],
        positionals: [JobRequest.jobName.description], options: [standardInput.description] + JobRequest.options
    ) { call, context in
        if call.has(standardInput) {
            guard call.positionals.isEmpty, !JobRequest.options.contains(where: { call.isGiven($0) }) else {
                throw Failure.wrongCall(
                    "With --stdin everything stands in the lines; leave NAME and the other options out.")
            }
            var lines = try EnqueueLines(context)
            return try lines.run()
        }
        guard let name = try call.value(JobRequest.jobName) else {
            throw Failure.wrongCall("NAME is missing; `daybook help enqueue` says what the command takes.")
        }
        try enqueue(JobRequest(name, call), context)
    }

    private static func enqueue(_ request: JobRequest, _ context: CommandContext) throws {
        let store = try CommandStore.writing(context)
        defer { store.close() }
        do {
            let answer = try EnqueueAnswer(store.perform(request.command(in: store)))
            try UnheardAnswers.tell([answer], context) {
                try context.output.line(answer.line(context))
                try context.output.flush(whenClosed: .unusable)
            }
        } catch let error as LogError where error.code == .unknownOutcome {
            StandardError.line("unknown")
            throw Failure(error)
        }
    }
}

/// What is said to whoever enqueued.
struct EnqueueAnswer {
    let job: SequenceNumber
    let sequence: SequenceNumber
    let isDuplicate: Bool

    init(_ answer: Answer) throws {
        switch answer {
        case .created(let job): (self.job, sequence, isDuplicate) = (job, job, false)
        case .duplicate(let job, let event): (self.job, sequence, isDuplicate) = (job, event, true)
        case .refused(let refusal): throw refusal
        case .done, .stale, .claimed, .together:
            throw LogError(.damaged, "The store gave an answer that enqueueing does not have; please report it.")
        }
    }

    func line(_ context: CommandContext) -> [UInt8] {
        guard context.isJSON else { return Array("ack \(job) \(sequence)".utf8) }
        var json = JSONWriter()
        json.object { json in
            json.field("job", job)
            json.field("seq", sequence)
            json.field("answer", isDuplicate ? "duplicate" : "created")
        }
        return json.bytes
    }
}

// A recorded job put into the log of a test: as if it had come here, had its earlier runs here, done its steps
// here, and were now ready for the run that is to be looked at. What follows is the real engine and the job's real
// code.

public import Daybook
internal import DaybookLog
public import DaybookModel

/// How a recorded job came out in a test.
public struct BundleRun: Sendable {
    /// Its number in the test.
    public let id: JobID
    /// Where it stands now.
    public let state: JobState?
    /// What it returned; empty for nothing.
    public let result: [UInt8]
    /// The type of its error; empty if it did not fail.
    public let errorType: String
    /// The error's own words; empty if it did not fail.
    public let error: String
}

extension TestEngine {
    /// Runs a recorded job's code, here and now: with its arguments, as the run that its last one was, and with the
    /// steps that are done standing in for their effects.
    ///
    ///     let test = try TestEngine { $0.register(ChargeOrder.self) }
    ///     let run = try await test.run(JobBundle(contentsOf: "job.json"))
    ///     #expect(run.state == .succeeded)
    ///
    /// What else is ready in this engine runs, too.
    @discardableResult
    public func run(_ bundle: JobBundle) async throws -> BundleRun {
        guard let arguments = bundle.arguments else {
            let why = bundle.closed.map { "where it was made they are \($0)" } ?? "it was made with --redacted"
            throw BundleError("The bundle has no arguments: \(why). Say what to run it with.")
        }
        return try await run(bundle, arguments)
    }

    /// Runs a recorded job's code with other arguments, such as those that were left out of the bundle.
    @discardableResult
    public func run<J: JobArguments>(_ bundle: JobBundle, with job: J) async throws -> BundleRun {
        guard J.jobName == bundle.name else {
            throw BundleError("The bundle is of a job \(bundle.name), and these are arguments of \(J.jobName).")
        }
        return try await run(bundle, JSON.encode(job))
    }

    private func run(_ bundle: JobBundle, _ arguments: [UInt8]) async throws -> BundleRun {
        let missing = bundle.steps.filter { $0.result == nil }.map(\.name)
        guard missing.isEmpty else {
            throw BundleError(
                "The bundle has no results of the steps \(missing.joined(separator: ", ")): it was made with "
                    + "--redacted, or where they could not be read, and running it would do them again.")
        }
        let job = try place(bundle, arguments)
        // The engine learns that its log has grown without it.
        _ = try await engine.perform(.look)
        try await drain()
        return try BundleRun(JobID(rawValue: job), storage.history(of: job), engine.state(of: JobID(rawValue: job)))
    }

    /// Writes the job down as if it had lived here.
    private func place(_ bundle: JobBundle, _ arguments: [UInt8]) throws -> SequenceNumber {
        let process = engine.process
        return try LogWriter(storage).turn(now: now) { turn in
            let job = turn.last + 1
            var life = RecordedLife(job: job, process: process, time: now)
            var created = bundle.creation
            created.arguments = arguments
            try life.record(.created(Box(created)), &turn)
            for attempt in stride(from: UInt32(1), to: UInt32(max(1, bundle.attempt)), by: 1) {
                try life.fail(attempt, &turn)
            }
            guard !bundle.steps.isEmpty else { return job }
            try life.claim(UInt32(max(1, bundle.attempt)), &turn)
            for step in bundle.steps {
                try life.record(.stepped(Box(Stepped(step: step.name, result: step.result ?? []))), &turn)
            }
            try life.record(.returned(reason: "recorded"), &turn)
            return job
        }
    }
}

extension BundleRun {
    fileprivate init(_ id: JobID, _ history: [LoggedEvent], _ state: JobState?) throws {
        let run = history.reversed().lazy.compactMap(\.run).first
        self.init(
            id: id, state: state, result: run?.result ?? [], errorType: run?.errorType ?? "", error: run?.error ?? "")
    }
}

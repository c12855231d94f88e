// For how long each recorded run held a worker is not in the log, and it cannot be read from one worker's events:
// between two runs come an end that is committed together with others, a claim that was perhaps made ahead, a hand-over
// and, for a command, a process that is started. What the log does say is when each run ended.
//
// So the recording is first played under the policy that there was, by the engine's rules, with each run ending when it
// really did. From the moment at which the player could begin it until then it held its worker; so long it holds one
// under every other policy. Among jobs that are alike the first that begins has the run that began first (`RunOrder`),
// or one that was claimed ahead and begun late would hold a worker all that time, which others had. Played with these
// times under the policy that there was, each claim meets the same free worker at the same moment as it did here, and
// each run ends when it did.

internal import DaybookModel

extension Recording {
    /// Finds out for how long the runs held their workers.
    mutating func measure(on scratch: ScratchLog, progress: (Int, Int) -> Void) throws {
        let player = RecordingPlayer(self, WhatIf(), seed: 0, endsAsRecorded: true, on: scratch.storage)
        try player.play(progress: progress)
        (runs, inVain) = (player.recording.runs, player.recording.inVain)
    }

    /// By the jobs' name.
    func runsOfName() -> [String: [Run]] {
        var all: [String: [Run]] = [:]
        for (job, runs) in runs.sorted(by: { $0.key < $1.key }) { all[names[job] ?? "", default: []] += runs }
        return all
    }
}

extension Recording.Run {
    /// A worker that leaves a job for longer than this was kept from it by something that is no part of a run: nobody
    /// worked, or the machine slept.
    private static let lateMicrosecondsMax: Int64 = 1_000_000

    /// The run as one that begins now and ends when it did.
    func beginning(at now: Instant) -> Recording.Run {
        guard claimed.microseconds - now.microseconds <= Recording.Run.lateMicrosecondsMax else { return self }
        var run = self
        run.heldMicroseconds = max(0, ended.microseconds - now.microseconds)
        return run
    }
}

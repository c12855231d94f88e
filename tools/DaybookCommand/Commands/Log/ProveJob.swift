import DaybookLog
import DaybookModel

enum ProveJob {
    static let job = Positional("JOB", .job)
    static let checkpoint = Option(
        "--checkpoint", .file(), "prove against the last checkpoint of this file; else against one made now")
    static let all = Flag("--all", "prove all of the job's events, however large that becomes")
    static let payloads = Flag("--payloads", "show the job's own arguments, results and errors, not only their digests")

    static let description = CommandDescription(
        "log proof", "that a job's events are in the log, for somebody who has only a checkpoint",
        discussion: [
            "Prints a line of JSON with the job's creation and its latest events, as many as fit into 16 KB, and the "
                + "nodes of the history tree that lead from them to the checkpoint's root. It shows nothing of any "
                + "other job. Docs/Audit.md has a program of some sixty lines that checks one."
        ],
        positionals: [job.description],
        options: [
            checkpoint.description, CheckpointLog.key.description, CheckpointLog.out.description, all.description,
            payloads.description,
        ]
    ) { call, context in
        guard let job = try call.value(job) else { return }
        let file = try call.value(checkpoint)
        if file != nil, call.isGiven(CheckpointLog.key.description) {
            throw Failure.wrongCall("A checkpoint from a file is signed already or not at all; leave --key out.")
        }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let signer = try call.value(CheckpointLog.key).map { try CheckpointKey.file($0) }
        let given = try file.flatMap { try CheckpointFile(path: $0).newest(context.log) }
        let against = try given ?? store.checkpoint(signedBy: signer)
        var options = InclusionProof.Options()
        options.provesAll = call.has(all)
        options.showsPayloads = call.has(payloads)
        let proof = try store.proof(of: job.rawValue, at: against, options)
        try OutsideFile.write(proof.line, to: try call.value(CheckpointLog.out), store, context)
        if proof.shownCount < proof.eventCount {
            context.log.log(
                .info, "\(proof.shownCount) of the job's \(proof.eventCount) events are proven; --all proves them all.")
        }
    }
}

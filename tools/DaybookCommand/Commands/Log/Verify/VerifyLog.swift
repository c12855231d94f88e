import DaybookLog
import DaybookModel

enum VerifyLog {
    static let readOnly = Flag("--read-only", "never write data.mdb; a verification never does")
    static let full = Flag("--full", "from event 1, archives included")
    static let acknowledgements = Option("--acks", .file(), "every line `ack JOB SEQ` of this file must be in the log")

    static let checkpoint = Option(
        "--checkpoint", .file(), "the log must go on from this checkpoint, as `daybook log checkpoint` printed it")

    static let publicKey = Option(
        "--public-key", .file(),
        "who has to have signed the checkpoint: a public key in PEM (`openssl pkey -pubout`), or the secret of HMAC")

    static let export = Positional("FILE", .file("FILE"), .optional)

    static let description = CommandDescription(
        "log verify", "check the whole log and the ledgers against it, or an export",
        discussion: [
            "Checks sizes, checksums, order and chain, and that the ledgers are what the events make them; others may "
                + "go on writing. Prints `good`, `good with N missing` after a recovery, `damaged` and where, or "
                + "`cannot tell`.",
            "With FILE, an export as `log export` printed it (- for standard input), redacted or not, order, digests "
                + "and chain are checked line by line, and no store is needed. It has to be whole, from event 1 on.",
            "Exit codes: 0 good; 1 damaged; 3 cannot tell.",
        ],
        positionals: [export.description],
        options: [
            readOnly.description, full.description, acknowledgements.description, checkpoint.description,
            publicKey.description,
        ]
    ) { call, context in
        let keyPath = try call.value(publicKey)
        let kept = try KeptFiles(call)
        if let checkpoints = kept.checkpoints {
            try CheckpointFile(checkpoints).checkSignatures(keyPath: keyPath, context.log)
        } else if keyPath != nil {
            throw Failure.wrongCall("--public-key says who signed a checkpoint; add --checkpoint FILE.")
        }
        if let path = try call.value(export) { return try VerifyExport.run(path, kept.checkpoints, call, context) }
        let report = try VerifyInChild(kept, call, context).run()
        try context.print { json in
            json.object { report.write(to: &$0) }
        } text: {
            report.lines
        }
        if report.exitCode != .done { throw Failure(report.exitCode, nil) }
    }

    /// What is read by this process and by its children.
    struct KeptFiles {
        let checkpoints: KeptFile?
        let acknowledgements: KeptFile?

        init(_ call: Invocation) throws {
            let given = [
                try call.value(VerifyLog.checkpoint), try call.value(VerifyLog.acknowledgements),
                try call.value(VerifyLog.export),
            ]
            guard given.count(where: { $0 == "-" }) < 2 else {
                throw Failure.wrongCall("Standard input can be only one of the files; name the others.")
            }
            checkpoints = try given[0].map { try KeptFile($0) }
            acknowledgements = try given[1].map { try KeptFile($0) }
        }

        /// What a child says, with the files' names instead of the places where it read them.
        func named(in text: [UInt8]) -> [UInt8] {
            var text = String(decoding: text, as: UTF8.self)
            for file in [checkpoints, acknowledgements].compactMap(\.self) where file.path != file.name {
                text = text.replacing("\(file.path) ", with: "\(file.name) ")
            }
            return Array(text.utf8)
        }
    }
}

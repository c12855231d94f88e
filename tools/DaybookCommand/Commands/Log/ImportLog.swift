import DaybookLog
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

enum ImportLog {
    static let file = Positional("FILE", .file("FILE"))

    static let description = CommandDescription(
        "log import", "make a store of an export",
        discussion: [
            "The folder must not hold a store yet. Every line is checked against the chain of the export itself; "
                + "what is "
                + "changed, missing or out of order is refused, and then there is no store. `-` is standard input."
        ],
        positionals: [file.description]
    ) { call, context in
        guard let path = try call.value(file) else { return }
        let summary = try makeStore(of: path, in: context.folder, context, Interruption())
        let identity = summary.identity.withUnsafeBytes { Hexadecimal.text($0) }
        try context.print { json in
            json.object { json in
                json.field("identity", identity)
                json.field("events", summary.events)
                json.field("commits", summary.commits)
                json.field("head", summary.head.hex)
            }
        } text: {
            [
                "imported \(summary.events) events in \(summary.commits) commits: store \(identity) in "
                    + "\(context.folder), "
                    + "head \(summary.head.hex)"
            ]
        }
    }

    static func makeStore(
        of path: String, in folder: String, _ context: CommandContext, _ interruption: Interruption? = nil
    ) throws -> LogImporter.Summary {
        let descriptor = try Files.open(path)
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        let progress = Progress(context.log)
        defer { progress.end() }
        return try StoreFolder.make(
            at: folder,
            fromExport: { take in
                try read(descriptor, path, interruption, take)
            },
            program: Version.program, progress: { progress.update("importing events", $0, of: 0) })
    }

    private static func read(
        _ descriptor: Int32, _ path: String, _ interruption: Interruption?,
        _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        do {
            try interruption?.requireGoingOn(beforeReading: descriptor)
            try Files.forEachPiece(of: descriptor, path) { piece in
                try take(piece)
                try interruption?.requireGoingOn(beforeReading: descriptor)
            }
        } catch let failure as Failure {
            // Said as the log's own, so that it is passed on as it is.
            throw LogError(.badInput, failure.sentence ?? "")
        }
    }
}

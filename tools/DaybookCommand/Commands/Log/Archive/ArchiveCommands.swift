import DaybookLog
import DaybookModel

enum ArchiveCommands {
    static let before = Option("--before", .point, "everything before this event, or before this time")

    static let archive = CommandDescription(
        "log archive", "move the beginning of the log to a compressed file",
        discussion: [
            "The file lies in the folder `archive` of the store. Others may go on working; jobs that are not finished, "
                + "or still kept, are carried on in the log. Reading and verifying take archives and log as one, for "
                + "as long as the files are there."
        ],
        options: [before.description, ManyJobs.actor.description]
    ) { call, context in
        guard let point = try call.value(before) else {
            throw Failure.wrongCall("Say up to where: --before 100000, or --before 2026-03-01T00:00:00Z.")
        }
        let interruption = Interruption()
        let store = try CommandStore.changing(context)
        defer { store.close() }
        let progress = Progress(context.log)
        defer { progress.end() }
        let bound: ArchiveBound =
            switch point {
            case .sequence(let sequence): .sequence(sequence)
            case .time(let time): .instant(time)
            }
        let actor = store.person(named: try call.value(ManyJobs.actor))
        guard let summary = try store.archive(before: bound, by: actor, interruption.control(progress)) else {
            throw Failure(.no, "There is nothing to archive before that: what there was is in archives already.")
        }
        try context.print { json in
            json.object { json in
                json.field("first", summary.record.first)
                json.field("last", summary.record.last)
                json.field("seq", summary.record.checkpoint)
                json.field("carried", summary.carried)
                json.field("file", summary.path)
                json.field("bytes", summary.byteCount)
                json.field("digest", summary.record.digest.withUnsafeBytes(Hexadecimal.text))
            }
        } text: {
            [
                "events \(summary.record.first) to \(summary.record.last) are in \(summary.path) "
                    + "(\(summary.byteCount) bytes), \(summary.carried) jobs were carried on"
            ]
        }
    }

    static let list = CommandDescription(
        "log archives", "archives of the log, and whether their files are there",
        discussion: ["Whether a file is what was archived, byte for byte, says `daybook log verify --full`."]
    ) { _, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let archives = try store.archives()
        if context.isJSON {
            for archive in archives { try context.output.line(json(archive)) }
        } else if archives.isEmpty {
            try context.output.line("no archives")
        } else {
            var table = TablePrinter([
                .init("FIRST", .right), .init("LAST", .right), .init("BYTES", .right), .init("STATE"),
                .init("DIGEST"), .init("FILE", gives: true),
            ])
            for archive in archives {
                let digest = archive.record.digest.prefix(8).withUnsafeBytes { Hexadecimal.text($0) }
                table.row([
                    "\(archive.record.first)", "\(archive.record.last)", "\(archive.byteCount.map(String.init) ?? "-")",
                    .init(archive.state.rawValue), .init(digest), .init(archive.name),
                ])
            }
            for line in table.lines(context.terminal) { try context.output.line(line) }
        }
        let bad = archives.filter { $0.state != .there }
        for archive in bad { StandardError.line("daybook: \(archive.remark)") }
        if !bad.isEmpty { throw Failure(.no, nil) }
    }

    private static func json(_ archive: ArchiveStanding) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("first", archive.record.first)
            json.field("last", archive.record.last)
            json.field("seq", archive.record.checkpoint)
            json.field("file", archive.name)
            json.field("bytes", archive.byteCount)
            json.field("digest", archive.record.digest.withUnsafeBytes(Hexadecimal.text))
            json.field("state", archive.state.rawValue)
        }
        return json.bytes
    }
}

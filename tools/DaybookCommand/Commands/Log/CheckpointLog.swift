import DaybookLog
import DaybookModel

enum CheckpointLog {
    static let description = CommandDescription(
        "log checkpoint", "how far the log has come, in a line of JSON to keep elsewhere",
        discussion: [
            "Against a checkpoint that was kept where the store's users cannot write, a log that was cut off or "
                + "rewritten shows."
        ]
    ) { _, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let (last, root, head) = try store.read { snapshot in
            let last = try snapshot.last
            guard last > 0 else { throw LogError(.notFound, "The log is empty: there is nothing to vouch for yet.") }
            return (last, try HistoryTree(of: snapshot, count: last).root(), try snapshot.seal(endingAt: last).head)
        }
        var json = JSONWriter()
        json.object { json in
            json.field("identity", store.identityText)
            json.field("seq", last)
            json.field("root", root.hex)
            json.field("head", head.hex)
            json.field("time", store.now)
        }
        try context.output.line(json.bytes)
    }
}

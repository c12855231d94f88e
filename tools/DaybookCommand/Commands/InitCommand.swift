import DaybookModel

enum InitCommand {
    static let description = CommandDescription(
        "init", "make the store's folder",
        discussion: [
            "The folder is for its owner alone (0700, files 0600, whatever the umask says). A store that is there "
                + "already is left as it is. Other commands that write make the folder, too."
        ]
    ) { _, context in
        let isNew = !Files.exists("\(context.folder)/data.mdb")
        let store = try CommandStore.writing(context)
        defer { store.close() }
        let identity = store.identityText
        try context.print { json in
            json.object { json in
                json.field("identity", identity)
                json.field("folder", context.folder)
                json.field("created", isNew)
            }
        } text: {
            [
                isNew
                    ? "made store \(identity) in \(context.folder)"
                    : "store \(identity) is in \(context.folder) already"
            ]
        }
    }
}

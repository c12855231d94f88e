import DaybookLog
import DaybookModel

/// What payloads are encrypted with.
enum KeysCommands {
    static let per = Option(
        "--per", ValueKind<Keyring.Scope>.word("WHAT", of: [.tenant, .store]),
        "a key for each tenant (the default), whose payloads can then be erased, or one for the whole store")
    static let tenant = Option("--tenant", .name("T"), "whose key (else that of what belongs to no tenant)")
    static let options = [ManyJobs.actor.description, ManyJobs.reason.description]

    static let begin = CommandDescription(
        "keys begin", "encrypt arguments, results, errors, log lines and metadata from now on",
        discussion: [
            "The keys lie in the folder `keys` beside the log, are never part of a backup, and are all that can open "
                + "what is encrypted: keep a copy of them somewhere else. What is in the log already stays as it is, "
                + "so begin with a new store. It cannot be undone."
        ],
        options: [per.description] + options
    ) { call, context in
        let store = try CommandStore.writing(context)
        defer { store.close() }
        let scope = try call.value(per) ?? .tenant
        try store.beginEncryption(
            scope, by: store.person(named: try call.value(ManyJobs.actor)),
            reason: try call.value(ManyJobs.reason) ?? "")
        try context.print { json in
            json.object { $0.field("per", scope.rawValue) }
        } text: {
            ["payloads are encrypted from now on, with \(scope.words), in \(store.path)/keys"]
        }
    }

    static let list = CommandDescription("keys list", "which keys there are, without their secrets") { _, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let keys = try store.keys()
        if context.isJSON {
            for key in keys {
                var json = JSONWriter()
                json.object { json in
                    json.field("key", "\(key.id)")
                    json.field("tenant", key.tenant)
                    json.field("made", "\(key.made)")
                }
                try context.output.line(json.bytes)
            }
        } else if keys.isEmpty {
            try context.output.line("no keys yet: each is made when it is needed first")
        } else {
            var table = TablePrinter([.init("KEY"), .init("TENANT", gives: true), .init("MADE")])
            for key in keys {
                table.row([.init("\(key.id)"), .init(key.tenant ?? "(none)"), .init(key.made.forPeople)])
            }
            for line in table.lines(context.terminal) { try context.output.line(line) }
        }
        for problem in try store.keyProblems() { context.log.log(.warning, problem) }
    }

    static let rotate = CommandDescription(
        "keys rotate", "take a new key for what is encrypted from now on; older ones stay",
        options: [tenant.description] + options
    ) { call, context in
        let store = try CommandStore.changing(context)
        defer { store.close() }
        let key = try store.rotateKey(
            of: try call.value(tenant), by: store.person(named: try call.value(ManyJobs.actor)),
            reason: try call.value(ManyJobs.reason) ?? "")
        try context.print { json in
            json.object { json in
                json.field("key", "\(key.id)")
                json.field("tenant", key.tenant)
            }
        } text: {
            ["what is encrypted from now on is under key \(key.id)"]
        }
    }
}

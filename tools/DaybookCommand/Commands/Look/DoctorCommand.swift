import DaybookLog
import DaybookModel

enum DoctorCommand {
    static let full = Flag("--full", "read every archive, too: whether it is what was archived, byte for byte")

    static let description = CommandDescription(
        "doctor", "what is wrong with the store or around it, and what to do",
        discussion: [
            "Looks at permissions, versions, flags, space, readers and processes, and changes nothing. Exit code 1 "
                + "means that something needs doing. `daybook log verify` checks the log and the ledgers themselves."
        ],
        options: [full.description]
    ) { call, context in
        var remarks = FolderCheck.remarks(on: context.folder)
        do {
            let store = try CommandStore.reading(context)
            defer { store.close() }
            remarks += try StoreCheck(store, readsArchives: call.has(full)).remarks()
        } catch {
            let failure = Failure(error)
            show(remarks, context)
            throw failure
        }
        try context.output.flush()
        show(remarks, context)
        if remarks.contains(where: { $0.kind == .problem }) { throw Failure(.no, nil) }
    }

    private static func show(_ remarks: [DoctorRemark], _ context: CommandContext) {
        for remark in remarks {
            // What standard output cannot take will be said when it is flushed for the last time.
            try? context.print { json in
                json.object { json in
                    json.field("about", remark.about)
                    json.field("kind", remark.kind.rawValue)
                    json.field("text", remark.text)
                }
            } text: {
                ["\(remark.kind.mark)  \(remark.text)"]
            }
        }
    }
}

typealias DoctorRemark = StoreRemark

extension StoreRemark.Kind {
    fileprivate var mark: String {
        switch self {
        case .fine: "ok     "
        case .note: "note   "
        case .problem: "PROBLEM"
        }
    }
}

internal import DaybookModel

extension Turn {
    /// Of the jobs that are to leave, those whose unique key holds for a window stay until that is over. Nothing leads
    /// from a job to its window but what it was created with.
    func withoutOpenWindows(_ command: Box<RetentionCommand>) throws -> Box<RetentionCommand> {
        guard case .retire(let jobs, let actor) = command.value, try hasOpenWindows() else { return command }
        let left = try jobs.filter { job in
            guard let created = try? transaction.creation(of: job, withPayload: false)?.value,
                case .window = created.uniqueness,
                let key = created.key
            else { return true }
            return try KeyBook.holder(key, at: now, in: transaction)?.job != job
        }
        return Box(.retire(left, actor: actor))
    }

    private func hasOpenWindows() throws -> Bool {
        var found = false
        try RowKey.due(now, job: 0).withBytes { instant in
            try ([Turn.windowKind] + Array(instant)).withUnsafeBytes { start in
                try transaction.scan(.keys, from: start) { key, _ in
                    found = key.first == Turn.windowKind
                    return false
                }
            }
        }
        return found
    }

    /// How rows of `keys` begin that say when a window ends.
    private static let windowKind: UInt8 = 3
}

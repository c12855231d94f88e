internal import DaybookLog
internal import DaybookModel

/// Finds processes that died with jobs in their hands and gives those back.
///
/// A process holds a lock on its file for as long as it lives, so a file without a lock is a death, whatever the
/// clock says. Its file stays until what it means has been committed.
struct Reaper {
    let folder: StoreFolder
    let process: SequenceNumber

    /// A death, and the commands that follow from it.
    struct Death {
        let presence: FoundPresence
        let commands: [Command]
    }

    func look() throws -> [Death] {
        try folder.others().filter { !$0.isAlive }.compactMap(death)
    }

    func forget(_ death: Death) throws {
        try folder.forget(death.presence)
    }

    private func death(_ presence: FoundPresence) throws -> Death? {
        guard let dead = presence.facts?.event, dead != 0 else { return nil }
        let (running, isKnown) = try folder.storage.read { log in
            (try Reaper.running(dead, log), try Books.isAlive(process: dead, in: log))
        }
        let actor = Actor.process(process)
        var commands = running.map { job, token in
            Command.interrupt(job: job, token: token, reason: "process \(dead) died", charged: true, actor: actor)
        }
        if isKnown { commands.append(.loseProcess(dead, by: actor)) }
        return Death(presence: presence, commands: commands)
    }

    private static func running(
        _ process: SequenceNumber, _ log: any LogSnapshot
    ) throws -> [(job: SequenceNumber, token: SequenceNumber)] {
        var found: [(SequenceNumber, SequenceNumber)] = []
        try RowKey.running(process: process, job: 0).withBytes { start in
            try log.scan(.running, from: start) { key, value in
                let row = RowKey(key)
                guard !row.isSentinel, row.first == process else { return false }
                found.append((row.second, SequenceNumber(littleEndian: value.loadUnaligned(as: UInt64.self))))
                return true
            }
        }
        return found
    }
}

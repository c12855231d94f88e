internal import CDaybookPlatform

/// A file in `processes/`: a process that has the store open, or had it.
package struct FoundPresence: Sendable {
    package let name: String
    package let isAlive: Bool
    /// Nil if the file is not understood.
    package let facts: ProcessFacts?
    /// The engine's part as it was when it was read.
    package let enginePart: [UInt8]
}

/// The files in `processes/` but this process's own, which must not be opened twice.
struct PresenceListing {
    let folder: FolderDescriptor
    var own: String?

    func all() throws(LogError) -> [FoundPresence] {
        var found: [FoundPresence] = []
        for name in try folder.entries() where name != own {
            if let presence = try look(name) { found.append(presence) }
        }
        return found
    }

    /// Removes the files of the dead, but those whose death the engine has to deal with. Only under the folder's lock,
    /// since a file that is just being made is not locked yet.
    func sweep(_ presences: [FoundPresence]) throws(LogError) {
        for presence in presences where !presence.isAlive && presence.facts?.event ?? 0 == 0 {
            try folder.remove(presence.name)
        }
    }

    private func look(_ name: String) throws(LogError) -> FoundPresence? {
        // It may have gone since the folder was listed, and what is not a file is nobody's presence.
        guard try folder.status(of: name)?.form == .file else { return nil }
        let file: FileDescriptor
        do throws(LogError) {
            file = try folder.openFile(name, .toRead)
        } catch {
            if try folder.status(of: name) == nil { return nil }
            throw error
        }
        var holder: pid_t = 0
        var isHeld: Int32 = 0
        let code = daybook_record_lock_holder(file.number, &holder, &isHeld)
        guard code == 0 else { throw LogError(errno: code, doing: "look for the lock of \(file.path)") }
        let page = try file.read(ProcessPresence.byteCount)
        return FoundPresence(
            name: name, isAlive: isHeld != 0, facts: ProcessFacts(page: page),
            enginePart: Array(page.dropFirst(ProcessFacts.byteCount)))
    }
}

extension PresenceListing {
    /// Refuses if a process is alive that lives where our pids and locks mean something else.
    static func requireSamePlace(_ presences: [FoundPresence], as host: HostFacts, _ path: String) throws(LogError) {
        for presence in presences where presence.isAlive {
            guard let facts = presence.facts else { continue }
            if facts.boot != host.boot {
                throw LogError(
                    .unusable,
                    """
                    \(path) is in use by \(facts.program) (pid \(facts.processID)) on another machine, or from before \
                    this machine was restored. A store belongs to one machine: stop that process first.
                    """)
            }
            if facts.pidNamespace != host.pidNamespace {
                throw LogError(
                    .unusable,
                    """
                    \(path) is in use by \(facts.program) (pid \(facts.processID) there) in another container: pid \
                    namespace \(facts.pidNamespace), not \(host.pidNamespace). Run both in one pid namespace, or \
                    stop one of them.
                    """)
            }
        }
    }
}

internal import DaybookModel

extension LogStorage {
    /// How many jobs of a tenant stand in the open, since they are from before the store was encrypted. Those in
    /// archives that are not there are not counted, nor those that cannot be read: by now he is erased, and nothing is
    /// to say that he is not.
    func jobsInTheOpen(of tenant: String) throws -> Int {
        var count = 0
        var next: SequenceNumber? = 1
        while let from = next {
            next = nil
            do {
                try read { log in
                    try log.events(from: from) { sequence, value in
                        let kind = (try? EventHead(value, at: sequence)).flatMap { EventKind(rawValue: $0.kind) }
                        // From here on they are under keys.
                        guard kind != .keysChanged else { return false }
                        if kind == .created, isInTheOpen(value, sequence, tenant) { count += 1 }
                        // A long stretch is read in parts, so that no reader stays open for long.
                        guard sequence - from < 100_000 else {
                            next = sequence + 1
                            return false
                        }
                        return true
                    }
                }
            } catch let error as LogError where error.code == .notFound {
                next = try read { try $0.archivedThrough } + 1
                if next == from { return count }
            }
        }
        return count
    }

    private func isInTheOpen(
        _ value: UnsafeRawBufferPointer, _ sequence: SequenceNumber, _ tenant: String
    ) -> Bool {
        guard case .created(let created)? = try? Event(value, at: sequence).body, created.value.tenant == tenant
        else { return false }
        return created.value.sealed.isEmpty && !(created.value.arguments.isEmpty && created.value.metadata.isEmpty)
    }
}

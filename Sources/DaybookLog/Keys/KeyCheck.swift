internal import DaybookModel

// What is wrong with the keys of a store: files that are no good, and payloads that cannot be opened with what is
// there. The newest events are tried, since there may be very many; a payload of each key is enough to know.

/// Looks at keys, and tries them on what is in the log.
package struct KeyCheck {
    private let folder: StoreFolder
    private static let eventsMax = 20_000
    private static let keysMax = 10

    package init(_ folder: StoreFolder) {
        self.folder = folder
    }

    package func remarks() throws -> [StoreRemark] {
        guard let keyring = folder.storage.keyring else { return [] }
        if keyring.source is KeysElsewhere {
            return [StoreRemark("keys", .fine, "keys are supplied by the program that works with the store")]
        }
        var remarks: [StoreRemark] = []
        if let keys = keyring.source as? KeyFolder {
            remarks += try keys.problems().map { StoreRemark("keys", .problem, $0) }
            remarks += try unfinished(keys)
        }
        remarks += try closed(keyring)
        guard remarks.isEmpty else { return remarks }
        return [StoreRemark("keys", .fine, "the keys are here and open the newest payloads")]
    }

    /// Erasures of which a key is left, because whoever began them was stopped.
    private func unfinished(_ keys: KeyFolder) throws -> [StoreRemark] {
        var erased: [(String, SequenceNumber)] = []
        try folder.storage.read { log in try RetentionRows.forEachErasure(in: log) { erased.append(($0, $1)) } }
        let there = try keys.tenants()
        return try erased.filter { there.contains($0.0) }.compactMap { tenant, event in
            guard try !keys.left(tenant, by: event).isEmpty else { return nil }
            return StoreRemark(
                "keys", .problem,
                "event \(event) erases \(tenant), and a key of his is still here: `daybook erase --tenant \(tenant)` "
                    + "goes on with it")
        }
    }

    /// The keys that the newest payloads need and that do not open them.
    private func closed(_ keyring: Keyring) throws -> [StoreRemark] {
        var found: [(why: ClosedPayload, first: SequenceNumber, count: Int)] = []
        var tried: Set<[UInt8]> = []
        try folder.storage.read { log in
            var left = KeyCheck.eventsMax
            try log.eventsBackward(from: log.last) { sequence, value in
                left -= 1
                guard left > 0, sequence > (try log.archivedThrough) else { return false }
                try look(value, sequence, log, keyring, &tried, &found)
                return true
            }
        }
        let remarks = found.prefix(KeyCheck.keysMax).map { why, first, count in
            StoreRemark(
                "keys", .problem,
                "the payloads of \(count) of the newest events, the latest of them event \(first), are \(why)")
        }
        guard found.count > KeyCheck.keysMax else { return remarks }
        return remarks + [StoreRemark("keys", .problem, "and \(found.count - KeyCheck.keysMax) other keys like these")]
    }

    /// Of each key that opens what is under it, one payload is tried.
    private func look(
        _ value: UnsafeRawBufferPointer, _ sequence: SequenceNumber, _ log: any LogSnapshot, _ keyring: Keyring,
        _ tried: inout Set<[UInt8]>, _ found: inout [(why: ClosedPayload, first: SequenceNumber, count: Int)]
    ) throws {
        guard let head = try? EventHead(value, at: sequence), let sealed = SealedEvent.content(of: value, head),
            EventChecksum.matches(value, at: sequence)
        else { return }
        let name = Array(sealed.prefix(1 + KeyID.byteCount))
        guard !tried.contains(name) else { return }
        let opener = PayloadOpener(ring: keyring, log: log)
        switch try opener.open(sealed, of: head, in: value, at: sequence) {
        case .fields: tried.insert(name)
        case .closed(.erased): break
        case .closed(let why):
            if let index = found.firstIndex(where: { $0.why == why }) {
                found[index].count += 1
            } else {
                found.append((why, sequence, 1))
            }
        }
    }
}

/// Keys that hold for a window, and arguments that were replaced.
extension KeyBook {
    /// Makes the key lead to the job until an instant, and takes out two windows that are over.
    static func open(
        _ text: String, job: SequenceNumber, until: Instant, at now: Instant, in ledgers: any Ledgers
    ) throws {
        try hold(.unique, text, job: job, until: until, in: ledgers)
        try withWindowKey(until, job) { key in
            var text = text
            try text.withUTF8 { try ledgers.put(.keys, key, UnsafeRawBufferPointer($0), replacing: nil) }
        }
        for (end, job, text) in try windowsOver(at: now, limit: 2, in: ledgers) {
            try remove(end, job, text, in: ledgers)
        }
    }

    private static func windowsOver(
        at now: Instant, limit: Int, in ledgers: any Ledgers
    ) throws -> [(Instant, SequenceNumber, String)] {
        var over: [(Instant, SequenceNumber, String)] = []
        try withWindowKey(Instant(microseconds: .min), 0) { start in
            try ledgers.scan(.keys, from: start) { key, value in
                guard key.count == 17, key[0] == Kind.window.rawValue else { return false }
                let row = RowKey(UnsafeRawBufferPointer(rebasing: key[1...]))
                guard row.dueInstant <= now, over.count < limit else { return false }
                over.append((row.dueInstant, row.second, String(decoding: value, as: UTF8.self)))
                return true
            }
        }
        return over
    }

    private static func remove(
        _ end: Instant, _ job: SequenceNumber, _ text: String, in ledgers: any Ledgers
    ) throws {
        try removeWindow(end, job, text, in: ledgers)
        try withKey(.unique, text) { key in
            try Holder(job: job, until: end).encoded.withUnsafeBytes { try ledgers.remove(.keys, key, old: $0) }
        }
    }

    static func removeWindow(
        _ end: Instant, _ job: SequenceNumber, _ text: String, in ledgers: any Ledgers
    ) throws {
        try withWindowKey(end, job) { key in
            var text = text
            try text.withUTF8 { try ledgers.remove(.keys, key, old: UnsafeRawBufferPointer($0)) }
        }
    }

    private static func withWindowKey<R>(
        _ end: Instant, _ job: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        try RowKey.due(end, job: job).withBytes { try ([Kind.window.rawValue] + Array($0)).withUnsafeBytes(body) }
    }

    // MARK: Replaced arguments

    /// The event that replaced the job's arguments last.
    package static func replacement(of job: SequenceNumber, in ledgers: any Ledgers) throws -> SequenceNumber? {
        try withReplacedKey(job) { key in
            try ledgers.read(.keys, key) { SequenceNumber(littleEndian: $0.loadUnaligned(as: SequenceNumber.self)) }
        }
    }

    static func setReplacement(of job: SequenceNumber, _ event: SequenceNumber, in ledgers: any Ledgers) throws {
        let old = try replacement(of: job, in: ledgers)
        try withReplacedKey(job) { key in
            try withUnsafeBytes(of: event.littleEndian) { value in
                guard let old else { return try ledgers.put(.keys, key, value, replacing: nil) }
                try withUnsafeBytes(of: old.littleEndian) { try ledgers.put(.keys, key, value, replacing: $0) }
            }
        }
    }

    static func forgetReplacement(of job: SequenceNumber, in ledgers: any Ledgers) throws {
        guard let old = try replacement(of: job, in: ledgers) else { return }
        try withReplacedKey(job) { key in
            try withUnsafeBytes(of: old.littleEndian) { try ledgers.remove(.keys, key, old: $0) }
        }
    }

    private static func withReplacedKey<R>(
        _ job: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        try withUnsafeBytes(of: job.bigEndian) { try ([Kind.replaced.rawValue] + Array($0)).withUnsafeBytes(body) }
    }
}

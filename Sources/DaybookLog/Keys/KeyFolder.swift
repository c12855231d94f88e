// The folder `keys` beside the log: a file for each key, named after it, and `policy`, which says how keys are divided
// and where they come from. All of it is text, so that an operator can see what is there:
//
//     daybook key 1
//     tenant 61636d65          the tenant's name in hexadecimal; `-` for the key of those without
//     made 2026-05-02T10:00:00Z
//     secret 8f0c…             32 bytes in hexadecimal
//
// A key is flushed, file and folder, before the first payload under it is appended. Destroying one overwrites the file,
// flushes it and takes it away. No copy of the folder is ever made by Daybook, unless it is asked to.

internal import DaybookModel
internal import Synchronization

/// The keys of a store that are kept beside it.
final class KeyFolder: KeySource {
    static let name = "keys"
    private static let suffix = ".key"
    private static let firstLine = "daybook key 1"
    private static let byteCountMax = 4_096
    /// How long this process goes on with what it has read before it looks which keys there are.
    private static let lookNanoseconds: UInt64 = 100_000_000

    private struct State {
        /// Which files there were at the last look.
        var names: Set<String> = []
        var keys: [KeyID: PayloadKey] = [:]
        var current: [String?: PayloadKey] = [:]
        var looked: UInt64?
    }

    private let folder: FolderDescriptor
    private let owner: StoreOwner
    private let host: HostFacts
    private let state = Mutex(State())

    init(_ folder: FolderDescriptor, _ owner: StoreOwner, _ host: HostFacts) {
        self.folder = folder
        self.owner = owner
        self.host = host
    }

    // MARK: Finding keys

    func current(for tenant: String?) throws(LogError) -> PayloadKey {
        try withState { state throws(LogError) in
            try look(&state)
            if let key = state.current[tenant] { return key }
            return try make(for: tenant, &state)
        }
    }

    func key(_ id: KeyID) -> PayloadKey? {
        state.withLock { state in
            do throws(LogError) {
                try look(&state)
                if let key = state.keys[id] { return key }
                // Another process may have made it just now.
                state.looked = nil
                try look(&state)
            } catch {
                return nil
            }
            return state.keys[id]
        }
    }

    /// All keys there are, the oldest first.
    func all() throws(LogError) -> [PayloadKey] {
        try withState { state throws(LogError) in
            state.looked = nil
            try look(&state)
            return state.keys.values.sorted { ($0.made, $0.id) < ($1.made, $1.id) }
        }
    }

    private func withState<R: Sendable>(_ body: (inout State) throws(LogError) -> R) throws(LogError) -> R {
        let result = state.withLock { state -> Result<R, LogError> in
            do throws(LogError) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func look(_ state: inout State) throws(LogError) {
        let now = MonotonicClock.nowNanoseconds
        if let looked = state.looked, now &- looked < KeyFolder.lookNanoseconds { return }
        let names = Set(try folder.entries().filter { $0.hasSuffix(KeyFolder.suffix) })
        state.looked = now
        guard names != state.names else { return }
        state.keys = state.keys.filter { names.contains(KeyFolder.fileName($0.key)) }
        for name in names.subtracting(state.names) {
            guard let key = try read(name) else { continue }
            state.keys[key.id] = key
        }
        state.names = names
        state.current = [:]
        for key in state.keys.values {
            if let other = state.current[key.tenant], (other.made, other.id) > (key.made, key.id) { continue }
            state.current[key.tenant] = key
        }
    }

    private static func fileName(_ id: KeyID) -> String { "\(id)" + suffix }

    /// Nil if the file was taken away meanwhile.
    private func read(_ name: String) throws(LogError) -> PayloadKey? {
        guard let status = try folder.status(of: name) else { return nil }
        guard status.form == .file, status.mode & 0o077 == 0 else {
            throw LogError(
                .unusable,
                "\(folder.path)/\(name) must be a file that only its owner may read: chmod 600 it.")
        }
        let bytes = try folder.openFile(name, .toRead).read(KeyFolder.byteCountMax)
        // One that is being destroyed is zeros for a moment.
        if bytes.allSatisfy({ $0 == 0 }) { return nil }
        guard let key = KeyFolder.key(named: String(name.dropLast(KeyFolder.suffix.count)), in: bytes) else {
            throw LogError(
                .damaged,
                "\(folder.path)/\(name) is not a key as Daybook writes it. Put it back from wherever keys are kept "
                    + "safe.")
        }
        return key
    }

    // MARK: Their form

    private static func key(named name: String, in bytes: [UInt8]) -> PayloadKey? {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count == 4, lines[0] == firstLine, let idBytes = Hexadecimal.bytes(name), let id = KeyID(idBytes),
            let tenantText = value("tenant", lines[1]), let madeText = value("made", lines[2]),
            let secretText = value("secret", lines[3]), let made = try? Instant(iso8601: String(madeText)),
            let secret = Hexadecimal.bytes(secretText), secret.count == PayloadKey.secretByteCount
        else { return nil }
        var tenant: String?
        if tenantText != "-" {
            guard let bytes = Hexadecimal.bytes(tenantText) else { return nil }
            tenant = String(decoding: bytes, as: UTF8.self)
        }
        return PayloadKey(id: id, tenant: tenant, made: made, secret: secret)
    }

    private static func value(_ word: String, _ line: Substring) -> Substring? {
        line.hasPrefix(word + " ") ? line.dropFirst(word.utf8.count + 1) : nil
    }

    private static func text(of key: PayloadKey) -> [UInt8] {
        let tenant = key.tenant.map { Array($0.utf8).withUnsafeBytes { Hexadecimal.text($0) } } ?? "-"
        let secret = key.secret.withUnsafeBytes { Hexadecimal.text($0) }
        return Array("\(firstLine)\ntenant \(tenant)\nmade \(key.made)\nsecret \(secret)\n".utf8)
    }

    // MARK: Making and destroying

    /// A new key for a tenant: what is encrypted from now on is under it, and what is under older ones stays readable.
    func rotate(_ tenant: String?) throws(LogError) -> PayloadKey {
        try withState { state throws(LogError) in
            state.looked = nil
            try look(&state)
            return try make(for: tenant, &state)
        }
    }

    private func make(for tenant: String?, _ state: inout State) throws(LogError) -> PayloadKey {
        // Later than the one it follows, whatever the clock says.
        let after = state.current[tenant]?.made.advanced(microseconds: 1)
        let key = PayloadKey(
            id: KeyID(try host.randomBytes(KeyID.byteCount))!, tenant: tenant, made: max(host.now(), after ?? .epoch),
            secret: try host.randomBytes(PayloadKey.secretByteCount))
        let new = "\(key.id).new"
        try writeAll(KeyFolder.text(of: key), to: new)
        try owner.take([new], in: folder)
        try folder.rename(new, to: KeyFolder.fileName(key.id))
        try folder.flush()
        state.keys[key.id] = key
        state.current[tenant] = key
        state.names.insert(KeyFolder.fileName(key.id))
        return key
    }

    private func writeAll(_ bytes: [UInt8], to name: String) throws(LogError) {
        let file = try folder.openFile(name, .toMake)
        try file.write(bytes)
        try file.flush()
    }

    /// Destroys all keys of a tenant, and says how many that were.
    func destroy(_ tenant: String) throws(LogError) -> Int {
        try withState { state throws(LogError) in
            state.looked = nil
            try look(&state)
            let doomed = state.keys.values.filter { $0.tenant == tenant }
            for key in doomed {
                let name = KeyFolder.fileName(key.id)
                let file = try folder.openFile(name, .toChange)
                try file.write([UInt8](repeating: 0, count: KeyFolder.text(of: key).count))
                try file.flush()
                try folder.remove(name)
                state.keys[key.id] = nil
                state.names.remove(name)
            }
            state.current[tenant] = nil
            try folder.flush()
            return doomed.count
        }
    }
}

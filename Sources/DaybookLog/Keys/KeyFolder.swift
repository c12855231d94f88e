// The folder `keys` beside the log: a file for each key, named after it. How keys are divided and where they come from
// stands in the log.
//
// A key is flushed, file and folder, before the first payload under it is appended. Destroying one overwrites the file,
// flushes it and takes it away. No copy of the folder is ever made by Daybook, unless it is asked to.
//
// What was read is believed for a tenth of a second, and that is no matter: which key is too old to be used, and what
// was erased, says the log, to whoever reads or writes it.

internal import DaybookModel
internal import Synchronization

/// The keys of a store that are kept beside it.
final class KeyFolder: KeySource {
    static let name = "keys"
    /// How long this process goes on with what it has read before it looks which keys there are.
    private static let lookNanoseconds: UInt64 = 100_000_000

    private struct State {
        /// Those that were read. What was no good, or is in doubt, is read at every look.
        var keys: [KeyID: PayloadKey] = [:]
        var problems: [KeyID: KeyFile.Problem] = [:]
        /// Those that somebody has begun to destroy.
        var remains: [KeyID: KeyFile.Tenant] = [:]
        var current: [String?: PayloadKey] = [:]
        /// Asked for since the last look and not there.
        var missing: Set<KeyID> = []
        var looked: UInt64?
    }

    let folder: FolderDescriptor
    private let owner: StoreOwner
    private let host: HostFacts
    /// Whether there is one key for the whole store, so that a file of which nothing can be read is of that.
    private let isForAll: Bool
    private let state = Mutex(State())

    init(_ folder: FolderDescriptor, _ owner: StoreOwner, _ host: HostFacts, isForAll: Bool) {
        self.isForAll = isForAll
        self.folder = folder
        self.owner = owner
        self.host = host
    }

    var knowsTenants: Bool { true }

    // MARK: Finding keys

    func current(
        for tenant: String?, after erasure: SequenceNumber, trace: (Bool) throws -> KeyTrace
    ) throws -> PayloadKey {
        let (key, files) = try withState { state throws(LogError) in
            try look(&state)
            let key = state.current[tenant]
            if let problem = newerProblem(than: key, of: tenant, state) {
                throw KeyLoss.refusal(problem.sentence, tenant)
            }
            return (key?.after == erasure ? key : nil, state.problems)
        }
        if let key, files.isEmpty { return key }
        let loss = KeyLoss(tenant: tenant, folder: folder.path, hasKey: key != nil, problems: files)
        try loss.require(find, trace)
        return try key ?? withState { state throws(LogError) in try make(for: tenant, after: erasure, &state) }
    }

    func find(_ id: KeyID) -> FoundKey {
        state.withLock { state in
            do throws(LogError) {
                try look(&state)
                if state.keys[id] == nil, state.problems[id] == nil, state.missing.insert(id).inserted {
                    // Another process may have made it just now.
                    state.looked = nil
                    try look(&state)
                    state.missing.insert(id)
                }
            } catch {
                return .unusable(error.description)
            }
            if let key = state.keys[id] { return .found(key) }
            return state.problems[id].map { .unusable($0.sentence) } ?? .missing
        }
    }

    func doubt(_ id: KeyID) {
        state.withLock { state in
            guard let key = state.keys.removeValue(forKey: id) else { return }
            if state.current[key.tenant] == key { state.current[key.tenant] = nil }
            state.looked = nil
        }
    }

    /// All keys there are, the oldest first.
    func all() throws(LogError) -> [PayloadKey] {
        try fresh { state in state.keys.values.sorted { ($0.made, $0.id) < ($1.made, $1.id) } }
    }

    /// Whose keys there are, or remains of them.
    func tenants() throws(LogError) -> Set<String> {
        try fresh { state in
            let remains = state.remains.values.compactMap { tenant -> String? in
                if case .known(let tenant) = tenant { tenant } else { nil }
            }
            return Set(state.keys.values.compactMap(\.tenant) + remains)
        }
    }

    /// What is wrong with files of keys, in sentences.
    func problems() throws(LogError) -> [String] {
        try fresh { state throws(LogError) in
            let strange = try folder.entries().filter { $0.hasSuffix(KeyFile.suffix) && KeyFile.id($0) == nil }
            return state.problems.sorted { $0.key < $1.key }.map(\.value.sentence)
                + strange.map { "\(folder.path)/\($0) is not named as a key is, so nothing uses it. Take it away." }
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

    /// Looks at what is there at this moment.
    private func fresh<R: Sendable>(_ body: (inout State) throws(LogError) -> R) throws(LogError) -> R {
        try withState { state throws(LogError) in
            state.looked = nil
            try look(&state)
            return try body(&state)
        }
    }

    private func look(_ state: inout State) throws(LogError) {
        let now = MonotonicClock.nowNanoseconds
        if let looked = state.looked, now &- looked < KeyFolder.lookNanoseconds { return }
        let ids = Set(try folder.entries().compactMap(KeyFile.id))
        state.looked = now
        state.missing = []
        guard ids != Set(state.keys.keys) || !state.problems.isEmpty else { return }
        state.keys = state.keys.filter { ids.contains($0.key) }
        (state.problems, state.remains) = ([:], [:])
        for id in ids where state.keys[id] == nil {
            switch try KeyFile.read(id, in: folder) {
            case .key(let key)?: state.keys[id] = key
            case .problem(let problem)?: state.problems[id] = problem
            case .remains(let tenant)?: state.remains[id] = tenant
            case nil: break
            }
        }
        state.current = [:]
        for key in state.keys.values {
            if let other = state.current[key.tenant], other.rank > key.rank { continue }
            state.current[key.tenant] = key
        }
    }

    // MARK: Those that are no good

    /// What is encrypted would go under this key if its file were good, so nothing may go under an older one, or a new
    /// one, without anybody knowing.
    private func newerProblem(than key: PayloadKey?, of tenant: String?, _ state: State) -> KeyFile.Problem? {
        state.problems.values.first { problem in
            isOf(tenant, problem) && key.map { $0.made < problem.made } ?? true
        }
    }

    private func isOf(_ tenant: String?, _ problem: KeyFile.Problem) -> Bool {
        problem.tenant == .known(tenant) || isForAll && problem.tenant == .unknown
    }

    // MARK: Making

    /// A new key for a tenant: what is encrypted from now on is under it, and what is under older ones stays readable.
    func rotate(_ tenant: String?, after erasure: SequenceNumber) throws(LogError) -> PayloadKey {
        try fresh { state throws(LogError) in try make(for: tenant, after: erasure, &state) }
    }

    private func make(
        for tenant: String?, after erasure: SequenceNumber, _ state: inout State
    ) throws(LogError) -> PayloadKey {
        // Later than the one it follows, whatever the clock says.
        let earlier = state.problems.values.filter { isOf(tenant, $0) }.map(\.made)
        let last = max(state.current[tenant]?.made ?? .epoch, earlier.max() ?? .epoch)
        let key = PayloadKey(
            id: KeyID(try host.randomBytes(KeyID.byteCount))!, tenant: tenant,
            made: max(host.now(), last.advanced(microseconds: 1)),
            after: erasure, secret: try host.randomBytes(PayloadKey.secretByteCount), isChecked: true)
        let new = "\(key.id).new"
        try writeAll(KeyFile.text(of: key), to: new)
        try owner.take([new], in: folder)
        try folder.rename(new, to: KeyFile.name(key.id))
        try folder.flush()
        state.keys[key.id] = key
        state.current[tenant] = key
        return key
    }

    private func writeAll(_ bytes: [UInt8], to name: String) throws(LogError) {
        let file = try folder.openFile(name, .toMake)
        try file.write(bytes)
        try file.flush()
    }

    // MARK: Destroying

    /// The keys that an erasure of a tenant is to destroy, as they are at this moment: those that he has, those of
    /// them whose files are no good, and what is left of them.
    func doomed(_ tenant: String) throws(LogError) -> [KeyID] {
        try fresh { state in
            state.keys.values.filter { $0.tenant == tenant }.map(\.id)
                + state.problems.filter { $0.value.tenant == .known(tenant) }.map(\.key)
                + state.remains.filter { $0.value == .known(tenant) }.map(\.key)
        }
    }

    /// Those that are older than the event that erased him last: what a process that was stopped has left.
    func left(_ tenant: String, by erasure: SequenceNumber) throws(LogError) -> [KeyID] {
        try fresh { state in
            state.keys.values.filter { $0.tenant == tenant && $0.after != erasure }.map(\.id)
                + state.remains.filter { $0.value == .known(tenant) }.map(\.key)
        }
    }

    /// Files of which cannot be told whose key they are.
    func unclear() throws(LogError) -> [String] {
        try fresh { state in state.problems.values.filter { $0.tenant == .unknown }.map(\.sentence).sorted() }
    }

    /// Destroys keys for good, and files of nobody's that were being destroyed when somebody was stopped.
    func destroy(_ doomed: [KeyID]) throws(LogError) {
        try fresh { state throws(LogError) in
            let nobodys = state.remains.filter { $0.value == .unknown }.map(\.key)
            for id in doomed + nobodys { try destroy(KeyFile.name(id)) }
            try folder.flush()
            state = State()
        }
    }

    private func destroy(_ name: String) throws(LogError) {
        guard let status = try folder.status(of: name), status.form == .file else { return }
        let bytes = try? folder.openFile(name, .toRead).read(KeyFile.byteCountMax)
        let isRead = bytes?.count == status.byteCount
        let file = try folder.openFile(name, .toChange)
        try file.write(isRead ? KeyFile.destroyed(bytes!) : [UInt8](repeating: 0, count: status.byteCount))
        try file.flush()
        try folder.remove(name)
    }
}

extension PayloadKey {
    /// The highest of a tenant's is the one to use. Of a key that was copied under another's name, the copy cannot have
    /// the right check value.
    fileprivate var rank: (Instant, Int, KeyID) { (made, isChecked ? 1 : 0, id) }
}

// What belongs to the user (arguments, results, errors, progress, log lines, metadata) is encrypted before it is
// appended, so that nothing of it ever stands in the log. A payload under a key is one field, `sealed`:
//
//     1                      the form of what follows
//     16 bytes               the key's name
//     12 bytes               the nonce, drawn for this payload
//     the rest               AES-256-GCM of the payload's fields, and its tag
//
// What belongs to a job of a tenant who was erased is never put under a key again, whoever writes it and when: the
// field is then the one byte 2.
//
// The salt before it, the digests and the chain are made of what is stored, so everybody can check them without a key,
// and they stay what they are when a key is destroyed.

internal import DaybookCrypto
package import DaybookModel
internal import Synchronization

/// Encrypts and decrypts payloads with the keys of one store.
package final class Keyring: Sendable {
    /// How keys are divided.
    package enum Scope: String, Sendable {
        /// One for everything.
        case store
        /// One for each tenant, and one for what belongs to none.
        case tenant

        /// For a sentence that says what payloads are encrypted with.
        package var words: String {
            switch self {
            case .store: "one key for the whole store"
            case .tenant: "a key for each tenant"
            }
        }
    }

    package let scope: Scope
    package let source: any KeySource
    private let random: @Sendable (Int) throws(LogError) -> [UInt8]
    private let use: KeyUse
    /// The secrets that did not open what is under their names.
    private let wrong = Mutex<[KeyID: [UInt8]]>([:])
    /// Those without a check value that were tried on what is under them.
    private let tried = Mutex<[KeyID: [UInt8]]>([:])
    /// So many events are looked through for something to try a key on.
    private static let triedEventsMax = 20_000

    package init(
        _ scope: Scope, _ source: any KeySource, random: @escaping @Sendable (Int) throws(LogError) -> [UInt8]
    ) {
        self.scope = scope
        self.source = source
        self.random = random
        use = KeyUse(scope)
    }

    private static let form: UInt8 = 1
    private static let headCount = 1 + KeyID.byteCount + AesGcm.nonceByteCount

    /// What stands in place of a payload that nobody is ever to read: nothing but this.
    package static let erased: [UInt8] = [2]

    /// The name of the key that a payload is under; nil if it was erased, or a later release wrote it.
    static func keyName(of sealed: UnsafeRawBufferPointer) -> KeyID? {
        guard sealed.count > headCount, sealed[0] == form else { return nil }
        return KeyID(Array(sealed[1..<1 + KeyID.byteCount]))
    }

    /// The fields of a tenant's payload, under a key that he got after the event that erased him last.
    func seal(
        _ fields: UnsafeRawBufferPointer, for tenant: String?, after erasure: SequenceNumber, in log: any LogSnapshot
    ) throws -> [UInt8] {
        let key = try current(for: scope == .tenant ? tenant : nil, after: erasure, in: log)
        if source.knowsTenants, !key.isChecked { try tryOut(key, on: log) }
        guard wrong.withLock({ $0[key.id] != key.secret }) else {
            throw LogError(
                .keyRefused,
                "Key \(key.id) is not the one that earlier payloads were encrypted with, so nothing more is. Put the "
                    + "right one back, or take a new one with `daybook keys rotate`.")
        }
        let nonce = try random(AesGcm.nonceByteCount)
        let context = [Keyring.form] + key.id.bytes
        return context + nonce + AesGcm.seal(fields, key: key.secret, nonce: nonce, context: context)
    }

    /// Opens the newest payload under a key, once, so that nothing goes under it if that fails.
    private func tryOut(_ key: PayloadKey, on log: any LogSnapshot) throws {
        guard tried.withLock({ $0[key.id] != key.secret }) else { return }
        let archived = try log.archivedThrough
        var left = Keyring.triedEventsMax
        try log.eventsBackward(from: log.last) { sequence, value in
            left -= 1
            guard left > 0, sequence > archived else { return false }
            guard let head = try? EventHead(value, at: sequence), let sealed = SealedEvent.content(of: value, head),
                sealed.dropFirst().starts(with: key.id.bytes), EventChecksum.matches(value, at: sequence)
            else { return true }
            _ = open(sealed, isErased: { _ in false })
            return false
        }
        tried.withLock { $0[key.id] = key.secret }
    }

    /// Whatever is wrong with one key says nothing of the store.
    private func current(
        for tenant: String?, after erasure: SequenceNumber, in log: any LogSnapshot
    ) throws -> PayloadKey {
        var fault: (any Error)?
        do {
            return try source.current(for: tenant, after: erasure) { isInDoubt in
                do {
                    return try use.trace(of: tenant, after: erasure, isInDoubt: isInDoubt, in: log)
                } catch {
                    fault = error
                    throw error
                }
            }
        } catch let error as LogError where fault == nil {
            throw LogError(error.code == .diskFull ? .diskFull : .keyRefused, error.description)
        }
    }

    /// What comes of opening a payload.
    enum Opening {
        case fields([UInt8])
        case closed(ClosedPayload)
    }

    /// The fields of a payload, or why they cannot be read. `isErased` is asked whether the log says so of what belongs
    /// to the key's tenant; the key is nil where keys do not say whose they are.
    func open(
        _ sealed: UnsafeRawBufferPointer, isErased: (PayloadKey?) throws -> Bool
    ) rethrows -> Opening {
        if sealed.elementsEqual(Keyring.erased) { return .closed(.erased) }
        guard let id = Keyring.keyName(of: sealed) else { return .closed(.unknownForm) }
        let key: PayloadKey
        switch source.find(id) {
        case .found(let found): key = found
        case .missing: return .closed(try isErased(nil) ? .erased : .keyMissing("\(id)"))
        case .unusable(let why): return .closed(try isErased(nil) ? .erased : .keyUnusable("\(id)", why))
        case .elsewhere: return .closed(try isErased(nil) ? .erased : .keysElsewhere)
        }
        if try isErased(source.knowsTenants ? key : nil) { return .closed(.erased) }
        let fields = AesGcm.open(
            UnsafeRawBufferPointer(rebasing: sealed[Keyring.headCount...]), key: key.secret,
            nonce: Array(sealed[1 + KeyID.byteCount..<Keyring.headCount]), context: [Keyring.form] + id.bytes)
        guard let fields else {
            if key.isChecked { return .closed(.damaged) }
            wrong.withLock { $0[id] = key.secret }
            source.doubt(id)
            return .closed(.keyWrong("\(id)"))
        }
        // What did not open before was no fault of the key's.
        if !key.isChecked { wrong.withLock { _ = $0.removeValue(forKey: id) } }
        return .fields(fields)
    }
}

extension Keyring {
    /// What a job was created as, with its payload open; as it is if that cannot be, with the reason.
    package func opened(
        _ created: Created, isErased: (PayloadKey?) throws -> Bool
    ) rethrows -> (job: Created, closed: ClosedPayload?) {
        guard !created.sealed.isEmpty else { return (created, nil) }
        switch try created.sealed.withUnsafeBytes({ try open($0, isErased: isErased) }) {
        case .closed(let why): return (created, why)
        case .fields(let fields):
            var opened = created
            opened.sealed = []
            let isRead = fields.withUnsafeBytes { fields in
                var reader = BodyReader(facts: fields, payload: nil)
                do throws(EventDamage) {
                    while let content = try reader.next() { try opened.take(content) }
                    return true
                } catch {
                    return false
                }
            }
            return isRead ? (opened, nil) : (created, .unknownForm)
        }
    }

    /// The same for whoever has it from a turn, which has looked whether it was erased.
    package func opened(_ created: Created) -> (job: Created, closed: ClosedPayload?) {
        opened(created, isErased: { _ in false })
    }

    /// The arguments that replace others, open; nil if they cannot be.
    func openedArguments(of replaced: Replaced) -> [UInt8]? {
        guard !replaced.sealed.isEmpty else { return replaced.arguments }
        let opening = replaced.sealed.withUnsafeBytes { open($0, isErased: { _ in false }) }
        guard case .fields(let fields) = opening else { return nil }
        return fields.withUnsafeBytes { fields in
            var reader = FieldReader(ByteReader(fields))
            while let field = (try? reader.next()) ?? nil {
                if field.known == .args, field.form == RawField.Form.bytes { return Array(field.bytes) }
            }
            return []
        }
    }
}

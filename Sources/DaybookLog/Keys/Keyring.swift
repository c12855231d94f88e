// What belongs to the user (arguments, results, errors, progress, log lines, metadata) is encrypted before it is
// appended, so that nothing of it ever stands in the log. A payload under a key is one field, `sealed`:
//
//     1                      the form of what follows
//     16 bytes               the key's name
//     12 bytes               the nonce, drawn for this payload
//     the rest               AES-256-GCM of the payload's fields, and its tag
//
// The salt before it, the digests and the chain are made of what is stored, so everybody can check them without a key,
// and they stay what they are when a key is destroyed.

internal import DaybookCrypto
package import DaybookModel

/// Encrypts and decrypts payloads with the keys of one store.
package final class Keyring: Sendable {
    /// How keys are divided.
    package enum Scope: String, Sendable {
        /// One for everything.
        case store
        /// One for each tenant, and one for what belongs to none.
        case tenant
    }

    package let scope: Scope
    package let source: any KeySource
    private let random: @Sendable (Int) throws(LogError) -> [UInt8]

    package init(
        _ scope: Scope, _ source: any KeySource, random: @escaping @Sendable (Int) throws(LogError) -> [UInt8]
    ) {
        self.scope = scope
        self.source = source
        self.random = random
    }

    private static let form: UInt8 = 1
    private static let headCount = 1 + KeyID.byteCount + AesGcm.nonceByteCount

    /// The fields of a tenant's payload, under his key.
    func seal(_ fields: UnsafeRawBufferPointer, for tenant: String?) throws(LogError) -> [UInt8] {
        let key = try source.current(for: scope == .tenant ? tenant : nil)
        let nonce = try random(AesGcm.nonceByteCount)
        let context = [Keyring.form] + key.id.bytes
        return context + nonce + AesGcm.seal(fields, key: key.secret, nonce: nonce, context: context)
    }

    /// The fields of a payload; nil if its key is not there any more, or it is not what was sealed.
    func open(_ sealed: UnsafeRawBufferPointer) -> [UInt8]? {
        guard sealed.count > Keyring.headCount, sealed[0] == Keyring.form,
            let id = KeyID(Array(sealed[1..<1 + KeyID.byteCount])), let key = source.key(id)
        else { return nil }
        return AesGcm.open(
            UnsafeRawBufferPointer(rebasing: sealed[Keyring.headCount...]), key: key.secret,
            nonce: Array(sealed[1 + KeyID.byteCount..<Keyring.headCount]), context: [Keyring.form] + id.bytes)
    }
}

extension Keyring {
    /// What a job was created as, with its payload open; as it is if that cannot be.
    package func opened(_ created: Created) -> Created {
        guard !created.sealed.isEmpty, let fields = created.sealed.withUnsafeBytes({ open($0) }) else { return created }
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
        return isRead ? opened : created
    }

    /// The arguments that replace others, open; nil if they cannot be.
    func openedArguments(of replaced: Replaced) -> [UInt8]? {
        guard !replaced.sealed.isEmpty else { return replaced.arguments }
        guard let fields = replaced.sealed.withUnsafeBytes({ open($0) }) else { return nil }
        return fields.withUnsafeBytes { fields in
            var reader = FieldReader(ByteReader(fields))
            while let field = (try? reader.next()) ?? nil {
                if field.known == .args, field.form == RawField.Form.bytes { return Array(field.bytes) }
            }
            return []
        }
    }
}

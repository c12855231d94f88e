// A key's file is text, so that an operator can see what is there. It is named after the key:
//
//     daybook key 2
//     tenant 61636d65          the tenant's name in hexadecimal; `-` for the key of those without
//     made 2026-05-02T10:00:00Z
//     after 0                  the event that had erased the tenant last when it was made; 0 if none had
//     secret 8f0c…             32 bytes in hexadecimal
//     check 51d2…              SHA-256 of the key's name and of all lines above
//
// A file of the first form has neither `after` nor `check`: whether it is the right one shows when it is used.

internal import DaybookModel

/// What one file in `keys` comes to.
enum KeyFile {
    /// What a file in `keys` holds.
    enum Content {
        case key(PayloadKey)
        case problem(Problem)
        /// Its secret was overwritten, and whoever did it was stopped before it was taken away.
        case remains(Tenant)
    }

    /// A file that is no good, and what can be told of the key that it was to be.
    struct Problem {
        let tenant: Tenant
        let made: Instant
        /// Whether its check value says that what can be told is right. Of a file that was cut off the tenant may be
        /// half a name, and one that was copied over it says whose that is.
        let isCertain: Bool
        /// What is wrong and what to do, with the file's path.
        let sentence: String

        fileprivate init(_ path: String, _ lines: Lines?, _ why: String, isCertain: Bool = false) {
            self.isCertain = isCertain
            tenant = lines?.tenant ?? .unknown
            made = lines?.made ?? .epoch
            sentence = "\(path) \(why)"
        }
    }

    /// Whose a key is, as far as its file can be read.
    enum Tenant: Equatable {
        case known(String?)
        case unknown
    }

    static let suffix = ".key"
    static let byteCountMax = 4_096
    private static let firstLine = "daybook key 1"
    private static let secondLine = "daybook key 2"

    private static let nobody = KeyID([UInt8](repeating: 0, count: KeyID.byteCount))!

    static func name(_ id: KeyID) -> String { "\(id)" + suffix }

    /// The key that a file is named after; nil if that is no name of a key.
    static func id(_ name: String) -> KeyID? {
        guard name.hasSuffix(suffix) else { return nil }
        return Hexadecimal.bytes(name.dropLast(suffix.count)).flatMap(KeyID.init)
    }

    /// What is in the file of a key; nil if there is none.
    static func read(_ id: KeyID, in folder: FolderDescriptor) throws(LogError) -> Content? {
        let name = name(id)
        guard let status = try folder.status(of: name) else { return nil }
        let path = "\(folder.path)/\(name)"
        guard status.form == .file else { return .problem(Problem(path, nil, "is not a file; take it away.")) }
        let bytes: [UInt8]
        do throws(LogError) {
            bytes = try folder.openFile(name, .toRead).read(byteCountMax)
        } catch {
            // It may have been taken away in this very moment.
            guard try folder.status(of: name) != nil else { return nil }
            return .problem(Problem(path, nil, "cannot be read: \(error.description)"))
        }
        let lines = Lines(bytes)
        if isDestroyed(bytes) { return .remains(lines.tenant) }
        let key = lines.key(id)
        guard status.mode & 0o077 == 0 else {
            return .problem(
                Problem(
                    path, lines, "must be a file that only its owner may read: chmod 600 it.",
                    isCertain: key.map { lines.check == check(of: $0) } ?? false))
        }
        guard let key else {
            return .problem(
                Problem(
                    path, lines, "is not a key as Daybook writes it. Put it back from wherever keys are kept safe."))
        }
        guard lines.check.map({ $0 == check(of: key) }) ?? true else {
            return .problem(
                Problem(
                    path, lines,
                    "is not the key that it was: its check value is of another one. Put it back from wherever keys "
                        + "are kept safe."))
        }
        return .key(key)
    }

    /// What a file is overwritten with: whose it was stays, so that an erasure that was stopped is told. Of a file that
    /// is no good nothing stays.
    static func destroyed(_ bytes: [UInt8]) -> [UInt8] {
        guard Lines(bytes).isWhole else { return [UInt8](repeating: 0, count: bytes.count) }
        let lines = bytes.split(separator: newline, omittingEmptySubsequences: false).map { line in
            let name = ["secret ", "check "].first { line.starts(with: $0.utf8) }
            return name.map { Array($0.utf8) + [UInt8](repeating: zero, count: line.count - $0.utf8.count) }
                ?? [UInt8](line)
        }
        return Array(lines.joined(separator: [newline]))
    }

    /// Earlier releases overwrote all of it. An empty file may be about to be put back by somebody.
    static func isDestroyed(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return false }
        return bytes.allSatisfy { $0 == 0 } || Lines(bytes).isWhole && destroyed(bytes) == bytes
    }

    private static let newline = UInt8(ascii: "\n")
    private static let zero = UInt8(ascii: "0")

    static func text(of key: PayloadKey) -> [UInt8] { body(of: key) + Array("check \(hex(check(of: key)))\n".utf8) }

    private static func body(of key: PayloadKey) -> [UInt8] {
        let tenant = key.tenant.map { hex(Array($0.utf8)) } ?? "-"
        return Array(
            "\(secondLine)\ntenant \(tenant)\nmade \(key.made)\nafter \(key.after)\nsecret \(hex(key.secret))\n".utf8)
    }

    private static func check(of key: PayloadKey) -> [UInt8] {
        (key.id.bytes + body(of: key)).withUnsafeBytes { Sha256().hash($0).withBytes { Array($0) } }
    }

    private static func hex(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { Hexadecimal.text($0) } }

    /// What can be read of a file, right or wrong.
    fileprivate struct Lines {
        private let isFirstForm: Bool
        private let isSecondForm: Bool
        private var values: [String: Substring] = [:]

        init(_ bytes: [UInt8]) {
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            isFirstForm = lines.first == Substring(firstLine) && lines.count == 4
            isSecondForm = lines.first == Substring(secondLine) && lines.count == 6
            for line in lines.dropFirst() {
                let parts = line.split(separator: " ", maxSplits: 1)
                if parts.count == 2 { values[String(parts[0])] = parts[1] }
            }
        }

        var tenant: Tenant {
            guard let text = values["tenant"] else { return .unknown }
            if text == "-" { return .known(nil) }
            guard let bytes = Hexadecimal.bytes(text), let tenant = String(validating: bytes, as: UTF8.self) else {
                return .unknown
            }
            return .known(tenant)
        }

        var made: Instant? { values["made"].flatMap { try? Instant(iso8601: String($0)) } }

        /// Nil in the first form, which has none.
        var check: [UInt8]? { isFirstForm ? nil : values["check"].flatMap { Hexadecimal.bytes($0) } ?? [] }

        /// Whether all lines are there.
        var isWhole: Bool { key(nobody) != nil }

        func key(_ id: KeyID) -> PayloadKey? {
            guard isFirstForm || isSecondForm, case .known(let tenant) = tenant, let made,
                let secret = values["secret"].flatMap({ Hexadecimal.bytes($0) }),
                secret.count == PayloadKey.secretByteCount
            else { return nil }
            var after: SequenceNumber = 0
            if isSecondForm {
                guard let number = values["after"].flatMap({ SequenceNumber($0) }) else { return nil }
                after = number
            }
            return PayloadKey(id: id, tenant: tenant, made: made, after: after, secret: secret, isChecked: isSecondForm)
        }
    }
}

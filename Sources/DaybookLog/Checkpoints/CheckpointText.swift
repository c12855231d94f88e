// A checkpoint as one line of JSON. The signature is the last member, and what it signs is the line as it would be
// without it: whoever has a line and the key can check it with two commands and no JSON at all.
//
//     {"identity":…,"seq":…,"root":…,"head":…,"time":…,"algorithm":"ed25519","key":…,"signature":…}
//
// Algorithm and key are under the signature, so that neither can be exchanged.

package import DaybookModel

package struct CheckpointText {
    package let checkpoint: LogCheckpoint
    package let time: Instant
    /// The line, without its end.
    package let line: [UInt8]
    private let signature: Signature?

    private struct Signature {
        let algorithm: CheckpointAlgorithm
        let key: String
        let bytes: [UInt8]
        let message: [UInt8]
    }

    package var isSigned: Bool { signature != nil }

    /// The name of the key that is said to have signed it, as far as it can be shown. Whether it has, the key tells.
    package var signer: String? { signature.map { StaticNames.printable($0.key) } }

    /// The newest checkpoints that an engine has written to a file, the newest first. Lines that are none are left out.
    package static func newest(_ count: Int, in path: String) throws(LogError) -> [CheckpointText] {
        let bytes = try LooseFile.end(of: path, bytesMax: tailBytes)
        return Array(
            bytes.split(separator: UInt8(ascii: "\n")).reversed().lazy
                .compactMap { try? CheckpointText(line: Array($0)) }.prefix(count))
    }

    private static let tailBytes = 64 << 10

    /// How far a log has come; nil for an empty one.
    package static func take(
        of storage: any LogStorage, now: Instant, signedBy key: CheckpointKey? = nil
    ) throws -> CheckpointText? {
        let checkpoint = try storage.read { log -> LogCheckpoint? in
            let last = try log.last
            guard last > 0 else { return nil }
            return LogCheckpoint(
                identity: try log.identity(), sequence: last, root: try HistoryTree(of: log, count: last).root(),
                head: try log.seal(endingAt: last).head)
        }
        return checkpoint.map { CheckpointText($0, at: now, signedBy: key) }
    }

    package init(_ checkpoint: LogCheckpoint, at time: Instant, signedBy key: CheckpointKey?) {
        self.checkpoint = checkpoint
        self.time = time
        var fields = [
            ("identity", "\"\(checkpoint.identity.withUnsafeBytes { Hexadecimal.text($0) })\""),
            ("seq", "\(checkpoint.sequence)"), ("root", "\"\(checkpoint.root.hex)\""),
            ("head", "\"\(checkpoint.head.hex)\""), ("time", "\"\(time.iso8601(fraction: .six))\""),
        ]
        if let key { fields += [("algorithm", "\"\(key.algorithm.rawValue)\""), ("key", "\"\(key.name)\"")] }
        let open = "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",")
        let message = Array((open + "}").utf8)
        guard let key else {
            line = message
            signature = nil
            return
        }
        let bytes = key.signature(of: message)
        line = Array("\(open),\"signature\":\"\(Base64.text(bytes))\"}".utf8)
        signature = Signature(algorithm: key.algorithm, key: key.name, bytes: bytes, message: message)
    }

    /// Reads a line back. What is no checkpoint is said in words that complete "It is no checkpoint: ".
    package init(line: [UInt8]) throws(LogError) {
        var fields: [String: String] = [:]
        var scanner = JSONScanner()
        let scanned = line.withUnsafeBytes { bytes in
            Result { () throws(JSONSyntaxError) in try scanner.scanWhole(bytes) }
        }
        if case .failure(let error) = scanned { throw LogError(.badInput, error.description) }
        for member in scanner.members {
            let raw = String(decoding: line[member.value], as: UTF8.self)
            let text = raw.hasPrefix("\"") ? String(raw.dropFirst().dropLast()) : raw
            fields[String(decoding: line[member.key], as: UTF8.self)] = text
        }
        func field<T>(_ name: String, _ read: (String) -> T?) throws(LogError) -> T {
            guard let text = fields[name], let value = read(text) else {
                throw LogError(.badInput, "its \(name) is missing or not what it should be")
            }
            return value
        }
        let identity = try field("identity") { Hexadecimal.bytes($0) }
        guard identity.count == 16 else { throw LogError(.badInput, "its identity is not of 16 bytes") }
        checkpoint = LogCheckpoint(
            identity: identity, sequence: try field("seq") { SequenceNumber($0) },
            root: try field("root") { Hash(hex: $0) },
            head: try field("head") { Hash(hex: $0) })
        guard checkpoint.sequence > 0 else { throw LogError(.badInput, "its seq is 0") }
        time = try field("time") { try? Instant(iso8601: $0) }
        self.line = line
        guard fields["signature"] != nil else {
            signature = nil
            return
        }
        signature = Signature(
            algorithm: try field("algorithm") { CheckpointAlgorithm(rawValue: $0) }, key: try field("key") { $0 },
            bytes: try field("signature") { Base64.bytes($0) }, message: try CheckpointText.message(of: line))
    }

    private static func message(of line: [UInt8]) throws(LogError) -> [UInt8] {
        let text = String(decoding: line, as: UTF8.self)
        let parts = text.split(separator: ",\"signature\":\"", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasSuffix("\"}"), !parts[1].dropLast(2).contains("\"") else {
            throw LogError(.badInput, "its signature is not the last thing in it")
        }
        return Array((parts[0] + "}").utf8)
    }

    /// Why the checkpoint is not to be trusted by whoever trusts this key; nil if it is.
    package func objection(by key: CheckpointCheckKey) -> String? {
        guard let signature else { return "is not signed" }
        guard key.isSignature(signature.bytes, of: signature.message, by: signature.algorithm) else {
            return "is not signed by that key (it names the key \(StaticNames.printable(signature.key)))"
        }
        return nil
    }
}

private enum StaticNames {
    /// The name of a key as it may be shown: it comes from a file that nobody vouches for.
    static func printable(_ name: String) -> String {
        name.utf8.count <= 64 && name.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? name : "of a strange name"
    }
}

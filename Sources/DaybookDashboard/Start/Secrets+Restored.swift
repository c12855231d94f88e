// Whoever changes arguments was shown marks in place of what is secret, and sends them back with the rest. What stood
// there is found by the way to it: the names of the members, and the places in arrays that have as many elements as
// they had. A mark anywhere else means nothing that is known, and would become a value of its own.

internal import DaybookModel

/// A mark that stands where none was shown.
struct StrayMark: Error, Equatable, CustomStringConvertible {
    let description = Texts.Refused.strayMark(Secrets.mark)
}

extension Secrets {
    /// JSON that somebody has sent, with what stood in `old` wherever he has left a mark as it was shown to him.
    func restored(_ sent: [UInt8], from old: [UInt8]) throws(StrayMark) -> [UInt8] {
        var scanner = JSONScanner()
        // Saying what is no JSON is for those who read it.
        guard let value = try? scanner.scan(sent) else { return sent }
        return try Secrets.restored(Array(sent[value]), old.isEmpty ? nil : (json(old), old))
    }

    private static func restored(
        _ sent: [UInt8], _ before: (shown: [UInt8], kept: [UInt8])?
    ) throws(StrayMark) -> [UInt8] {
        guard let level = JSONLevel(sent) else {
            guard let text = text(of: sent), text.contains(mark) else { return sent }
            guard let before, Secrets.text(of: before.shown) == text else { throw StrayMark() }
            return before.kept
        }
        let levels = before.flatMap { before -> (shown: JSONLevel, kept: JSONLevel)? in
            guard let shown = JSONLevel(before.shown), let kept = JSONLevel(before.kept),
                shown.parts.count == kept.parts.count
            else { return nil }
            return (shown, kept)
        }
        var out: [UInt8] = []
        var offset = 0
        for (index, part) in level.parts.enumerated() {
            let place = levels.flatMap { level.place(of: index, in: $0.shown) }
            if let key = part.key {
                out += sent[offset..<key.lowerBound]
                if level.name(index)?.contains(mark) == true {
                    guard let place, let kept = levels?.kept.key(place) else { throw StrayMark() }
                    out += kept
                } else {
                    out += sent[key]
                }
                offset = key.upperBound
            }
            out += sent[offset..<part.value.lowerBound]
            var inner: (shown: [UInt8], kept: [UInt8])?
            if let place, let levels { inner = (levels.shown.value(place), levels.kept.value(place)) }
            out += try restored(level.value(index), inner)
            offset = part.value.upperBound
        }
        return out + sent[offset...]
    }

    private static func text(of json: [UInt8]) -> String? {
        guard json.first == UInt8(ascii: "\""), json.count >= 2 else { return nil }
        return json.dropFirst().dropLast().withUnsafeBytes { JSONText.string($0) }
    }
}

/// An object or array, taken apart one level deep.
private struct JSONLevel {
    private let bytes: [UInt8]
    private(set) var parts: [(key: Range<Int>?, value: Range<Int>)] = []
    private let isObject: Bool

    /// Nil for what is neither, or is no JSON.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        var scanner = JSONScanner()
        guard let first = bytes.first, let whole = try? scanner.scan(bytes) else { return nil }
        isObject = first == UInt8(ascii: "{")
        guard isObject || first == UInt8(ascii: "[") else { return nil }
        if isObject {
            parts = scanner.members.map { ($0.key, $0.value) }
            return
        }
        var offset = 1
        // What is no value is the bracket that ends an empty array.
        while offset < whole.upperBound,
            let range = bytes.withUnsafeBytes({ try? scanner.scanValue($0, from: offset) })
        {
            parts.append((nil, range))
            offset = range.upperBound
            while offset < bytes.count, bytes[offset] != UInt8(ascii: ",") { offset += 1 }
            offset += 1
        }
    }

    func key(_ index: Int) -> [UInt8]? { parts[index].key.map { Array(bytes[$0]) } }
    func name(_ index: Int) -> String? { key(index)?.withUnsafeBytes { JSONText.string($0) } }
    func value(_ index: Int) -> [UInt8] { Array(bytes[parts[index].value]) }

    /// Where the same part stands in another level: by its name, or by its place in an array that is as long.
    func place(of index: Int, in other: JSONLevel) -> Int? {
        guard isObject == other.isObject else { return nil }
        if let name = name(index) { return other.parts.indices.first { other.name($0) == name } }
        guard parts.count == other.parts.count else { return nil }
        // An element that stood elsewhere has been moved, and which secret it had cannot be said for all of them.
        let own = value(index)
        let isMoved = own != other.value(index) && other.parts.indices.contains { other.value($0) == own }
        return isMoved ? nil : index
    }
}

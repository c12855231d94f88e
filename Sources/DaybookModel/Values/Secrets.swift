// What a job's type calls secret is for the run alone. The names of the secret fields travel with the job, so that
// whoever shows it can leave them out without knowing its type. Names count at any depth, whatever stands under them is
// covered whole, and what is no JSON is covered altogether. Texts that a run writes, errors and log lines, may quote a
// secret: every secret value that is long enough to tell from chance is covered in them, too.

/// The fields of a job's arguments and results that nobody is shown.
package struct Secrets: Sendable {
    package static let mark = "•••"
    package static let markJSON = Array("\"\(mark)\"".utf8)
    package static let fieldsMax = 16
    package static let fieldBytesMax = 128

    private let fields: Set<[UInt8]>
    /// What stood in those fields, the longest first.
    private var values: [[UInt8]] = []

    /// Shorter ones would cover half of every text.
    private static let valueBytesMin = 4
    private static let valuesMax = 64

    /// Nil for a job without secrets, so that it costs nothing. `others` are arguments that it had before or has had
    /// since, which its runs may quote as well.
    package init?(_ fields: [String], arguments: [UInt8], others: [[UInt8]] = []) {
        guard !fields.isEmpty else { return nil }
        self.fields = Set(fields.map { Array($0.utf8) })
        var found: [[UInt8]] = []
        for arguments in [arguments] + others { _ = covered(arguments, &found) }
        values = Array(Set(found)).filter { $0.count >= Secrets.valueBytesMin }
            .sorted { $0.count > $1.count }
        if values.count > Secrets.valuesMax { values.removeSubrange(Secrets.valuesMax...) }
    }

    /// JSON with a mark in place of every secret; what is no JSON is nothing but a mark.
    package func json(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var found: [[UInt8]] = []
        return withoutQuotes(covered(bytes, &found))
    }

    /// A text with a mark in place of every secret value that it quotes.
    package func text(_ text: String) -> String {
        guard !values.isEmpty, !text.isEmpty else { return text }
        return String(decoding: self.text(Array(text.utf8)), as: UTF8.self)
    }

    private func text(_ bytes: [UInt8]) -> [UInt8] {
        guard let shortest = values.last?.count, bytes.count >= shortest else { return bytes }
        let firsts = Set(values.map { $0[0] })
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var offset = 0
        while offset < bytes.count {
            if firsts.contains(bytes[offset]),
                let value = values.first(where: { bytes[offset...].starts(with: $0) })
            {
                out += Array(Secrets.mark.utf8)
                offset += value.count
            } else {
                out.append(bytes[offset])
                offset += 1
            }
        }
        return out
    }

    // MARK: Walking over JSON

    /// JSON stays JSON: a text loses the values that it quotes, and a number with one in it is covered whole.
    private func withoutQuotes(_ json: [UInt8]) -> [UInt8] {
        guard !values.isEmpty else { return json }
        var out: [UInt8] = []
        out.reserveCapacity(json.count)
        var offset = 0
        while offset < json.count {
            switch json[offset] {
            case UInt8(ascii: "\""):
                let end = Secrets.endOfText(json, offset)
                let plain = Secrets.unescaped(json[offset + 1..<end - 1])
                let open = text(plain)
                if open == plain {
                    out += json[offset..<end]
                } else {
                    open.withUnsafeBytes { JSONText.appendQuoted($0, to: &out) }
                }
                offset = end
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let end = Secrets.endOfValue(json, offset)
                let digits = Array(json[offset..<end])
                out += text(digits) == digits ? digits : Secrets.markJSON
                offset = end
            default:
                out.append(json[offset])
                offset += 1
            }
        }
        return out
    }

    private func covered(_ bytes: [UInt8], _ found: inout [[UInt8]]) -> [UInt8] {
        var scanner = JSONScanner()
        guard let whole = try? scanner.scan(bytes), whole.upperBound <= bytes.count else { return Secrets.markJSON }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        // Whether a text in the container at hand is a key is told by the colon behind it.
        var offset = 0
        while offset < bytes.count {
            guard bytes[offset] == UInt8(ascii: "\"") else {
                out.append(bytes[offset])
                offset += 1
                continue
            }
            let end = Secrets.endOfText(bytes, offset)
            out += bytes[offset..<end]
            let name = bytes[offset + 1..<end - 1]
            offset = end
            let colon = Secrets.skipSpace(bytes, offset)
            guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":"), isSecret(name) else { continue }
            let start = Secrets.skipSpace(bytes, colon + 1)
            let stop = Secrets.endOfValue(bytes, start)
            Secrets.collect(bytes[start..<stop], &found)
            out.append(UInt8(ascii: ":"))
            out += Secrets.markJSON
            offset = stop
        }
        return out
    }

    private func isSecret(_ escaped: ArraySlice<UInt8>) -> Bool {
        guard escaped.contains(UInt8(ascii: "\\")) else { return fields.contains(Array(escaped)) }
        return fields.contains(Secrets.unescaped(escaped))
    }

    /// The texts and numbers under a secret name, as a program that prints them would, and as JSON writes them.
    private static func collect(_ value: ArraySlice<UInt8>, _ found: inout [[UInt8]]) {
        var offset = value.startIndex
        let bytes = Array(value)
        offset = 0
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                let end = endOfText(bytes, offset)
                let escaped = bytes[offset + 1..<end - 1]
                found.append(Array(escaped))
                found.append(unescaped(escaped))
                offset = end
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let end = endOfValue(bytes, offset)
                found.append(Array(bytes[offset..<end]))
                offset = end
            default: offset += 1
            }
        }
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        Array(Array(text).withUnsafeBytes { JSONText.string($0) }.utf8)
    }

    private static func skipSpace(_ bytes: [UInt8], _ start: Int) -> Int {
        var offset = start
        while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
        return offset
    }

    /// Behind the quotation mark that ends the text that begins here.
    private static func endOfText(_ bytes: [UInt8], _ start: Int) -> Int {
        var offset = start + 1
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(offset + 1, bytes.count)
    }

    private static func endOfValue(_ bytes: [UInt8], _ start: Int) -> Int {
        var depth = 0
        var offset = start
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset = endOfText(bytes, offset)
                if depth == 0 { return offset }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return offset }
                depth -= 1
                if depth == 0 { return offset + 1 }
            case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D: if depth == 0 { return offset }
            default: break
            }
            offset += 1
        }
        return offset
    }
}

extension Created {
    /// What is not to be shown of it; nil if it has no secrets.
    package var secrets: Secrets? { Secrets(secret, arguments: arguments) }

    /// Its arguments as they may be shown.
    package var shownArguments: [UInt8] { secrets?.json(arguments) ?? arguments }

    /// How it is called where people see it: with its arguments in their places, or its name.
    package var shownName: String {
        display.map { DisplayName.text($0, arguments: shownArguments) } ?? name
    }
}

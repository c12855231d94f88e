// Takes an expression apart: white space around it, a macro or five to six fields, each of which `CronFieldParser`
// reads. The text comes from anywhere; everything is done on its bytes, with a limit on their number, so that no
// input can trap or take long.

enum CronParser {
    static func fields(of source: String) throws(CronSyntaxError) -> CronFields {
        guard source.utf8.count <= CronExpression.longestSource else {
            throw CronSyntaxError(
                "a cron expression has at most \(CronExpression.longestSource) bytes; this one has \(source.utf8.count)"
            )
        }
        let bytes = Array(source.utf8)
        let texts = bytes.trimmingWhiteSpace.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        if let first = texts.first, first.first == UInt8(ascii: "@") {
            return try fieldsOfMacro(first, isAlone: texts.count == 1)
        }
        return try fields(of: texts)
    }

    private static func fieldsOfMacro(_ text: ArraySlice<UInt8>, isAlone: Bool) throws(CronSyntaxError) -> CronFields {
        guard isAlone else {
            throw CronSyntaxError("nothing may follow a macro such as \(quoted(text))")
        }
        guard let expansion = macros[String(decoding: text.map(\.lowercasedASCII), as: UTF8.self)] else {
            throw CronSyntaxError(
                "\(quoted(text)) is not a macro; there are \(macros.keys.sorted().joined(separator: ", "))")
        }
        return try fields(of: expansion)
    }

    private static let macros = [
        "@every_second": "* * * * * *",
        "@every_minute": "* * * * *",
        "@hourly": "0 * * * *",
        "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *",
        "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *",
        "@yearly": "0 0 1 1 *",
        "@annually": "0 0 1 1 *",
    ]

    private static func fields(of texts: [ArraySlice<UInt8>]) throws(CronSyntaxError) -> CronFields {
        guard (5...6).contains(texts.count) else { throw wrongCount(texts.count) }
        let second = texts.count == 6 ? try values(.second, texts[0]) : (bits: 1, hasInterval: false)
        let others = texts.suffix(5)
        let start = others.startIndex
        let minute = try values(.minute, others[start])
        let hour = try values(.hour, others[start + 1])
        var dayOfMonth = CronFieldParser(.dayOfMonth, others[start + 2])
        let daysOfMonth = try dayOfMonth.daysOfMonth()
        let month = try values(.month, others[start + 3])
        var dayOfWeek = CronFieldParser(.dayOfWeek, others[start + 4])
        let daysOfWeek = try dayOfWeek.daysOfWeek()
        return CronFields(
            seconds: second.bits, minutes: minute.bits, hours: hour.bits,
            daysOfMonth: daysOfMonth, months: month.bits, daysOfWeek: daysOfWeek,
            hasInterval: second.hasInterval || minute.hasInterval || hour.hasInterval)
    }

    private static func values(
        _ field: CronField, _ text: ArraySlice<UInt8>
    ) throws(CronSyntaxError) -> (bits: UInt64, hasInterval: Bool) {
        var parser = CronFieldParser(field, text)
        let bits = try parser.values()
        return (bits, parser.hasInterval)
    }

    private static func wrongCount(_ count: Int) -> CronSyntaxError {
        let names = CronField.allCases.dropFirst()
        let expected =
            "a cron expression has five fields (\(names.map(\.rawValue).joined(separator: ", "))) or six (second first)"
        let missing = count < names.count ? names[names.startIndex + count] : nil
        let found = count == 1 ? "1 field" : "\(count) fields"
        return CronSyntaxError(
            field: missing, "\(missing.map { "\($0.rawValue) is missing: " } ?? "")\(expected); found \(found)")
    }
}

extension [UInt8] {
    fileprivate var trimmingWhiteSpace: ArraySlice<UInt8> {
        // Space, and tab to carriage return: what surrounds an expression in files and on command lines.
        func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
        var slice = self[...]
        while let first = slice.first, isWhiteSpace(first) { slice.removeFirst() }
        while let last = slice.last, isWhiteSpace(last) { slice.removeLast() }
        return slice
    }
}

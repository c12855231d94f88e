/// A line of CSV as RFC 4180 has it. Texts that a spreadsheet would take for a formula are made harmless: whoever
/// names a job must not be able to run anything on the machine of whoever audits it.
package enum CSVLine {
    package static func text(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    private static func cell(_ text: String) -> String {
        let harmless = isFormula(text) ? "'" + text : text
        let needsQuotes = harmless.utf8.contains { special.contains($0) } || harmless != text
        guard needsQuotes else { return text }
        let parts = harmless.split(separator: "\"", omittingEmptySubsequences: false)
        return "\"" + parts.joined(separator: "\"\"") + "\""
    }

    private static let special = Set(",\"\r\n\t".utf8)
    private static let beginsFormula = Set("=+-@\t\r\n".utf8)
    // Full-width forms, which some spreadsheets take for the plain ones.
    private static let wide: Set<Unicode.Scalar> = ["\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}"]

    /// Spreadsheets pass white space by before they look.
    private static func isFormula(_ text: String) -> Bool {
        if let first = text.utf8.first, beginsFormula.contains(first) { return true }
        guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else { return false }
        return wide.contains(first) || (first.isASCII && beginsFormula.contains(UInt8(first.value)))
    }
}

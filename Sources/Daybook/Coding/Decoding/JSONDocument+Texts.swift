internal import DaybookModel

extension JSONDocument {
    func text(at token: UInt32) throws -> String {
        let value = tokens[token]
        guard value.kind == .text else { throw mismatch(String.self, token) }
        return try text(value.text, isPlain: value.isPlain, in: token)
    }

    /// The text between the quotation marks at `range`.
    @inline(__always)
    func text(_ range: Range<Int>, isPlain: Bool, in token: UInt32) throws -> String {
        if isPlain {
            guard let text = String(checkedUTF8: slice(range)) else { throw corrupted(token, "A text is not UTF-8.") }
            return text
        }
        return try oddText(range, token)
    }

    private func oddText(_ range: Range<Int>, _ token: UInt32) throws -> String {
        var offset = range.lowerBound - 1
        do throws(JSONSyntaxError) {
            try JSONScanner.passText(bytes, &offset, true)
        } catch {
            throw corrupted(token, "A text has a wrong escape, a control character or bytes that are not UTF-8.")
        }
        return JSONText.string(slice(range))
    }
}

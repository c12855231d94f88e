/// Text from outside, made fit to stand in an error message: in quotes, at most 40 characters, nothing in it that could
/// move a terminal's cursor or break a log line.
package func quoted(_ text: some Sequence<UInt8>) -> String {
    let limit = 40
    var shown: [UInt8] = []
    var isCut = false
    for byte in text {
        if shown.count >= limit {
            isCut = true
            break
        }
        shown.append(byte)
    }
    var result = "\""
    for scalar in String(decoding: shown, as: UTF8.self).unicodeScalars {
        result += scalar.escaped(asASCII: true)
    }
    return result + (isCut ? "…\"" : "\"")
}

package func quoted(_ text: String) -> String {
    quoted(text.utf8)
}

/// Why bytes are not one JSON value, and where.
package struct JSONSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Problem: Equatable, Sendable {
        case valueMissing
        case unexpectedByte
        case endsTooEarly
        case somethingFollows
        case badNumber
        case badEscape
        case controlCharacter
        case notUTF8
        case nul
        case tooDeep(Int)
        case duplicateKey
        case tooLong
    }

    package let problem: Problem
    /// The offset of the byte where it shows.
    package let offset: Int

    init(_ problem: Problem, at offset: Int) {
        self.problem = problem
        self.offset = offset
    }

    /// What is wrong, without a full stop and without any of the content.
    package var description: String { "\(sentence) (at byte \(offset + 1))" }

    private var sentence: String {
        switch problem {
        case .valueMissing: "a JSON value is missing"
        case .unexpectedByte: "something stands where JSON does not allow it"
        case .endsTooEarly: "it ends in the middle of a JSON value"
        case .somethingFollows: "something follows the JSON value"
        case .badNumber: "a number is not written as JSON asks"
        case .badEscape: "a text holds an escape that JSON does not have, or half of a surrogate pair"
        case .controlCharacter: "a text holds a control character, which must be escaped"
        case .notUTF8: "a text is not UTF-8"
        case .nul: "a text holds a NUL character"
        case .tooDeep(let depth): "arrays and objects stand in one another more than \(depth) deep"
        case .duplicateKey: "an object has the same key twice"
        case .tooLong: "it is longer than 2 GB"
        }
    }
}

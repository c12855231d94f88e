import Foundation
import Testing

/// The known answers of `Fixtures/cron.txt` and `cron-many.txt`, a line each.
struct KnownAnswer: Sendable, CustomTestStringConvertible {
    enum Expectation: Sendable {
        case occurrences(zone: String, from: String, inclusive: Bool, [String])
        case mistake(field: String)
    }

    let file: String
    let line: Int
    let expression: String
    let expectation: Expectation

    var testDescription: String { "\(file):\(line): \(expression)" }

    static let all = answers(in: "cron.txt") + answers(in: "cron-many.txt")

    private static func answers(in file: String) -> [KnownAnswer] {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../DaybookModelTests/Fixtures/" + file)
        let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        return text.components(separatedBy: "\n").enumerated()
            .filter { !$0.element.isEmpty && !$0.element.hasPrefix("#") }
            .map { KnownAnswer(file: file, line: $0.offset + 1, text: $0.element) }
    }

    private init(file: String, line: Int, text: String) {
        self.file = file
        let columns = text.components(separatedBy: " | ")
        self.line = line
        expression = columns[0].replacingOccurrences(of: "\\t", with: "\t")
        if columns[1] == "error" {
            expectation = .mistake(field: columns[2])
        } else {
            let from = columns[2].components(separatedBy: " ")
            expectation = .occurrences(
                zone: columns[1], from: from[0], inclusive: from.count == 2,
                columns[3].components(separatedBy: ", "))
        }
    }
}

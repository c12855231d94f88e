import Foundation
import Testing

/// Stories told in `Tests/Scenarios`: each indented line that begins with `>` is played, and what follows it is
/// what the log then says.
@Suite struct `Scenarios` {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Scenarios")

    static let files: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).filter { $0.hasSuffix(".md") }
        .sorted()

    @Test func `are there`() {
        #expect(`Scenarios`.files.count >= 10)
    }

    @Test(arguments: files)
    func `go as they are told`(_ file: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
        let told = text.components(separatedBy: "\n")
        let played = try Self.played(told) { () throws -> any Stage in
            if file.hasPrefix("recurring") { return try RecurringStage() }
            return try FlowStage()
        }
        if let path = ProcessInfo.processInfo.environment["DAYBOOK_SCENARIOS_TO"] {
            try played.joined(separator: "\n").write(toFile: path + "/" + file, atomically: true, encoding: .utf8)
        }
        for (index, line) in told.enumerated() {
            let found = index < played.count ? played[index] : "nothing"
            #expect(found == line, "\(file):\(index + 1)")
            guard found == line else { return }
        }
        #expect(played.count == told.count, "\(file) goes on: \(played.dropFirst(told.count))")
    }

    /// The text with what the log really said. Each heading begins a new story, with a new store.
    private static func played(_ told: [String], on newStage: () throws -> any Stage) throws -> [String] {
        var played: [String] = []
        var stage = try newStage()
        for line in told {
            if line.hasPrefix("#") { stage = try newStage() }
            guard line.hasPrefix("    ") else {
                played.append(line)
                continue
            }
            guard line.hasPrefix("    > ") else { continue }
            played.append(line)
            played += try stage.play(String(line.dropFirst(6))).map { "    " + $0 }
        }
        return played
    }
}

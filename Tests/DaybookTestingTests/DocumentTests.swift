import Foundation
import Testing

/// What the guide shows is what `ExampleTests` runs.
@Test func `the guide to testing shows only what is compiled and run`() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let examples = try String(contentsOf: tests.appending(path: "ExampleTests.swift"), encoding: .utf8)
    let guide = try String(contentsOf: tests.appending(path: "../../Docs/Testing.md"), encoding: .utf8)
    let blocks = guide.components(separatedBy: "```swift\n").dropFirst()
    #expect(blocks.count == 6)
    for block in blocks {
        let code = try #require(block.components(separatedBy: "```").first)
        #expect(examples.contains(code), "a block of Docs/Testing.md is not in ExampleTests.swift")
    }
}

/// Its other samples speak of a shop that is not there; those that stand between marks in `GuideExamples` are run.
@Test func `the guide shows what is compiled and run between the marks`() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let examples = try String(contentsOf: tests.appending(path: "GuideExamples.swift"), encoding: .utf8)
    let guide = try String(contentsOf: tests.appending(path: "../../Docs/Guide.md"), encoding: .utf8)
    let parts = examples.components(separatedBy: "// In Guide.md:\n").dropFirst()
    #expect(parts.count == 3)
    for part in parts {
        let lines = try #require(part.components(separatedBy: "// Until here.").first).split(
            separator: "\n", omittingEmptySubsequences: false)
        let margin = lines.filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        let code = lines.dropLast().map { $0.dropFirst(margin) + "\n" }.joined()
        #expect(guide.contains("```swift\n\(code)```"), "this is not in Docs/Guide.md:\n\(code)")
    }
}

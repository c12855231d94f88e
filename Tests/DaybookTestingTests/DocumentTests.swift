import Foundation
import Testing

/// What the guide shows is what `ExampleTests` runs.
@Test func `the guide to testing shows only what is compiled and run`() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let examples = try String(contentsOf: tests.appending(path: "ExampleTests.swift"), encoding: .utf8)
    let guide = try String(contentsOf: tests.appending(path: "../../Docs/Testing.md"), encoding: .utf8)
    let blocks = guide.components(separatedBy: "```swift\n").dropFirst()
    #expect(blocks.count == 5)
    for block in blocks {
        let code = try #require(block.components(separatedBy: "```").first)
        #expect(examples.contains(code), "a block of Docs/Testing.md is not in ExampleTests.swift")
    }
}

import Foundation
import Testing

@Suite struct `The example of a program with an engine` {
    private static let source = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Docs/Examples/Service/Main.swift")

    @Test(arguments: [SIGTERM, SIGINT])
    func `runs jobs, answers, and ends well by a signal`(signal: Int32) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let program = URL(filePath: try Daybook.program()).deletingLastPathComponent()
                .appending(path: "ServiceExample").path
            let service = try ChildProcess(
                program, [bytes(daybook.store), bytes("127.0.0.1:0")], environment: ["PATH": "/usr/bin:/bin"])
            // What a pipe is given is printed when the program ends, so the store is asked for the address's owner.
            try daybook.wait { try daybook.run("status").output.contains("service") }
            let acknowledged = try daybook.run("enqueue", "greet", "--args", "{\"person\":\"Ada\"}").output
            let job = String(try #require(acknowledged.split(separator: " ").dropFirst().first))
            try daybook.wait { try daybook.run("jobs", "list", "--state", "succeeded").output.contains("greet") }
            #expect(try daybook.run("jobs", "show", job).output.contains("Hello, Ada!"))
            kill(service.id, signal)
            let ended = service.finish()
            #expect(ended.code == 0 && ended.signal == nil, "\(ended)")
            #expect(ended.output.hasPrefix("http://127.0.0.1:"))
            // It has said goodbye: nobody has to find out that it is gone.
            #expect(try daybook.run("log", "export").output.contains("processStopped"))
        }
    }

    @Test func `is what the guide shows`() throws {
        let code = try String(contentsOf: Self.source, encoding: .utf8)
        let guide = try String(
            contentsOf: Self.source.appending(path: "../../../Guide.md").standardized, encoding: .utf8)
        #expect(guide.contains("```swift\n\(code)```"))
    }
}

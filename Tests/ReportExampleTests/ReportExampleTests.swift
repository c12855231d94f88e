import Daybook
import DaybookTesting
import Foundation
import Synchronization
import Testing

@testable import ReportExample

/// Keeps letters instead of sending them; at first it may refuse some.
private final class Box: Mailer {
    private struct Full: Error {}

    private let letters = Mutex<[Letter]>([])
    private let refusals: Mutex<Int>

    init(refusing count: Int = 0) { refusals = Mutex(count) }

    var all: [Letter] { letters.withLock { $0 } }

    func send(_ letter: Letter) async throws {
        let refuses = refusals.withLock { left in
            defer { left -= 1 }
            return left > 0
        }
        if refuses { throw Full() }
        letters.withLock { $0.append(letter) }
    }
}

@Suite struct `The example of a report by mail` {
    @Test func `mails what the report has come to, also when the mail program refuses at first`() async throws {
        let box = Box(refusing: 2)
        let test = try TestEngine { $0.registerReports(box) }
        let report = try await test.engine.mailReport(of: "2026-03", to: "ada@example.com")
        try await test.drain()
        #expect(box.all.isEmpty)
        try await test.advance(by: .seconds(3_600))
        #expect(box.all.map(\.subject) == ["Sales in 2026-03"])
        #expect(box.all.first?.text == "ada: 3 orders\neve: 5 orders")
        #expect(box.all.first?.number.isEmpty == false)
        #expect(try await report.result().title == "Sales in 2026-03")
    }

    @Test func `mails why there is no report`() async throws {
        let box = Box()
        let test = try TestEngine { $0.registerReports(box) }
        _ = try await test.engine.mailReport(of: "March", to: "ada@example.com")
        try await test.drain()
        #expect(box.all.map(\.subject) == ["There is no report"])
        #expect(box.all.first?.text.contains("March is no month") == true)
    }

    @Test func `hands letters to the mail program, a header a line`() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "daybook-report-\(UInt64.random(in: 0...(.max)))").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let program = folder + "/sendmail"
        try "#!/bin/sh\ncat >\(folder)/letter\n".write(toFile: program, atomically: true, encoding: .utf8)
        chmod(program, 0o700)
        let letter = Letter(to: "ada@example.com\nBcc: eve@example.com", subject: "Ü", text: "fine", number: "7")
        try await Sendmail(program: program).send(letter)
        let said = try String(contentsOfFile: folder + "/letter", encoding: .utf8)
        #expect(said.contains("To: ada@example.comBcc: eve@example.com\n"))
        #expect(said.contains("Subject: Ü\nMessage-ID: <daybook-7@localhost>\n"))
        #expect(said.hasSuffix("\n\nfine\n"))
        await #expect(throws: Sendmail.Failure.self) {
            try await Sendmail(program: "/bin/false").send(letter)
        }
    }
}

import Daybook

/// Makes the report of a month and mails it:
///
///     report-example DIR 2026-03 ada@example.com
@main struct ReportExample {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 3 else {
            print("usage: report-example DIR MONTH ADDRESS [SENDMAIL]")
            return
        }
        var sendmail = Sendmail()
        if arguments.count > 3 { sendmail.program = arguments[3] }
        let engine = try JobEngine.open(arguments[0], program: "report-example") { [sendmail] jobs in
            jobs.registerReports(sendmail)
        }
        let report = try await engine.mailReport(of: arguments[1], to: arguments[2])
        try await engine.runUntilDrained(workers: 2)
        print("report \(report.id) is \(try report.state().map { "\($0)" } ?? "gone")")
        try await engine.close()
    }
}

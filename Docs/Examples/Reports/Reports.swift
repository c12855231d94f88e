// A report takes long, and whoever asked for it is to have it by mail. Two jobs that wait for it do that: one for its
// success, one for its failure. All three come into being in one commit, so nobody who asks is ever forgotten.

import Daybook

/// What a report has come to. It stays in the log, where those who wait for the report find it.
struct Report: Codable, Sendable {
    let title: String
    let lines: [String]
}

/// Sums up a month.
struct BuildReport: Job {
    static let jobName = "report.build"

    let month: String

    func run(_ context: JobContext) async throws -> Report {
        guard month.wholeMatch(of: /\d{4}-\d\d/) != nil else {
            throw JobOutcome.stop(reason: "\(month) is no month: write it as 2026-03")
        }
        // Yours asks a database here.
        return Report(title: "Sales in \(month)", lines: ["ada: 3 orders", "eve: 5 orders"])
    }
}

/// Mails a report once it is done.
struct MailReport: JobArguments {
    static let jobName = "report.mail"
    static let options: [JobOption] = [.queue("mail"), .attempts(5)]

    let address: String

    func letter(_ context: JobContext) throws -> Letter {
        let report = try context.result(of: BuildReport.self)
        return Letter(to: address, subject: report.title, text: report.lines.joined(separator: "\n"))
    }
}

/// Mails why there is no report.
struct MailApology: JobArguments {
    static let jobName = "report.apology"
    static let options: [JobOption] = [.queue("mail"), .attempts(5)]

    let address: String

    func letter(_ context: JobContext) throws -> Letter {
        var reason = "It was cancelled."
        do {
            _ = try context.result(of: BuildReport.self)
        } catch let end as JobEndedBadly {
            reason = end.reason
        }
        return Letter(to: address, subject: "There is no report", text: reason)
    }
}

extension JobRegistry {
    /// The jobs of this program; letters go out by `mailer`.
    mutating func registerReports(_ mailer: any Mailer) {
        register(BuildReport.self)
        register(MailReport.self) { job, context in try await context.send(try job.letter(context), by: mailer) }
        register(MailApology.self) { job, context in try await context.send(try job.letter(context), by: mailer) }
    }
}

extension JobContext {
    /// Sends a letter in a step: a run after a crash does not send again what was sent and noted. A crash between the
    /// two sends it twice, both times with the same number, by which mail programs tell it is the same.
    fileprivate func send(_ letter: Letter, by mailer: any Mailer) async throws {
        var numbered = letter
        numbered.number = "\(id)"
        try await step("send") { [numbered] in try await mailer.send(numbered) }
    }
}

extension JobEngine {
    /// Makes a report and mails it, or why there is none. Answers the report, whose result can be waited for as well.
    func mailReport(of month: String, to address: String) async throws -> JobHandle<Report> {
        var graph = JobGraph()
        let report = try graph.add(BuildReport(month: month))
        try graph.add(MailReport(address: address), .after(report))
        try graph.add(MailApology(address: address), .after(report, .failure))
        return try await enqueue(graph)[report]
    }
}

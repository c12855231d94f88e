import Daybook
import DaybookLog
import DaybookModel
import Testing

@testable import DaybookDashboard

/// What a translation is given to put into words. The modules below are imported as the dashboard itself imports them,
/// so what is used here is there for the catalogue, too.
@Suite struct `The catalogue of texts` {
    @Test func `is given a cron expression with its fields`() throws {
        let timetable = try Schedule("*/15 9-17 * * MON-FRI").compiled()
        guard case .cron(let expression) = timetable.search else {
            Issue.record("it is no cron expression")
            return
        }
        let fields = expression.fields
        #expect(CronPattern(fields.minutes, in: .minute) == .steps(by: 15, from: 0))
        #expect(CronPattern(fields.hours, in: .hour) == .run(from: 9, to: 17))
        guard case .days(let days) = fields.daysOfWeek else {
            Issue.record("it goes by no days of the week")
            return
        }
        #expect(CronPattern(days, in: .dayOfWeek) == .run(from: 1, to: 5))
        #expect(Texts.schedule(timetable) == "every 15 minutes, from 09:00 to 17:59, Monday to Friday")
    }

    @Test func `is given an interval with its length`() throws {
        let timetable = try Schedule("every 90s from 2026-01-01T00:00:00Z").compiled()
        guard case .interval(let interval) = timetable.search else {
            Issue.record("it is no interval")
            return
        }
        #expect(interval.microseconds == 90_000_000)
        #expect(Texts.schedule(timetable).hasPrefix("every 90 seconds, counted from 2026-01-01"))
    }

    @Test(arguments: [
        (45, "every 45 seconds"), (300, "every 5 minutes"), (86_400, "every day, at midnight UTC"),
        (7_200, "every 2 hours, from midnight UTC on"), (5_400, "every 90 minutes, from midnight UTC on"),
        (25_200, "every 7 hours, counted from 1970-01-01T00:00:00Z"),
        (172_800, "every 2 days, counted from 1970-01-01T00:00:00Z"),
    ])
    func `says of an interval when it begins, where anybody asks`(_ seconds: Int, _ words: String) throws {
        #expect(Texts.schedule(try Schedule.every(.seconds(seconds)).compiled()) == words)
    }

    @Test func `is given the facts of why a job is not running`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job", "{}", .queue("mail"))
        try await pages.engine.pause(queue: "mail", reason: "the disk is full", by: "ann")
        let why = try pages.engine.read { try JobExplanation(of: job, in: $0) { .unknown } }
        guard case .paused(let pause) = why.reason else {
            Issue.record("\(why.reason)")
            return
        }
        #expect(pause.queue == "mail" && pause.by?.reason == "the disk is full" && pause.by?.actor.person == "ann")
        #expect(try await pages.page("/jobs/\(job)").text.contains("the disk is full."))
        try await pages.close()
    }

    /// Its words come from the page, or from the catalogue as it is put together.
    @Test func `has all words that the script says`() {
        let literals = ClientScript.text.matches(of: /"([^"\n]*)"/).map { String($0.1) }
        // Selectors have other signs than letters in them.
        let words = Set(literals.filter { $0.wholeMatch(of: /[A-Za-z]{2,}( [A-Za-z]+)+[.?!…]?/) != nil })
        #expect(words.subtracting(["use strict", "form table", Texts.Age.day]) == [])
        #expect(ClientScript.text.firstMatch(of: /(?:textContent|innerText|title|placeholder) = ["`][A-Za-z]/) == nil)
        #expect(ClientScript.text.firstMatch(of: /(?:confirm|alert|append)\(["`][A-Za-z]/) == nil)
        #expect(ClientScript.text.firstMatch(of: /"aria-label", ["`][A-Za-z]/) == nil)
    }
}

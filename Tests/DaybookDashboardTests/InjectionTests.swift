import Daybook
import DaybookModel
import Foundation
import Testing

@testable import DaybookDashboard

/// Text of strangers stands on every page. None of it may become markup, a script or another attribute.
struct InjectionTests {
    /// What ends up on a page has this in front of it, so that it is found again whatever becomes of the rest.
    private static let payloads = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg onload=alert(1)>",
        "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>", "<!--<script>alert(1)",
        "\" onmouseover=\"alert(1)", "' onfocus='alert(1)' autofocus='", "<a href=javascript:alert(1)>x</a>",
        "&lt;script&gt;alert(1)&lt;/script&gt;", "<iframe srcdoc=\"<script>alert(1)</script>\">",
        "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>", "<style>*{color:red}</style>",
        "</pre><script>alert(1)</script>", "</time><b>bold</b>", "<form action=//evil.example><input name=csrf>",
        "<base href=//evil.example>", "<meta http-equiv=refresh content=0>", "\u{0}<script>\u{0}alert(1)",
        "]]><script>",
    ]

    /// All of them in the long form; a browser meets two hundred.
    private static let some =
        ProcessInfo.processInfo.environment["DAYBOOK_TESTS"] == "all" ? payloads : Array(payloads.prefix(5))

    @Test(arguments: some)
    func `text of strangers stays text on every page`(_ payload: String) async throws {
        let pages = try PageStore { $0.panels = InjectionTests.panels(payload) }
        let plain = payload.filter { $0 != "\u{0}" }
        let arguments = String(decoding: InjectionTests.json(payload), as: UTF8.self)
        let job = try await pages.enqueue(
            "some.job", arguments, .queue("mail"), .tags("blue"), .metadata("note", plain),
            .displayName("shown {to} \(plain)"))
        try await InjectionTests.log(payload, job, pages)
        let paused = try await pages.post("/queues/mail/pause", [("reason", plain)])
        #expect(paused.status == 303)
        let resumed = try await pages.post("/queues/mail/resume")
        #expect(resumed.status == 303)
        try await pages.enqueue("some.job", arguments, .queue("slow"))
        try await pages.engine.recurring.set(
            RecurringJob(
                "some.recurring", "some.job", arguments: Array(arguments.utf8), try Schedule("0 2 29 2 *"),
                [.description(plain), .group("group")]))
        try await pages.engine.recurring.pause("some.recurring", reason: plain, by: plain)
        let new = NewBatch(name: "some.batch", isOpen: true, jobs: [], actor: .person(plain))
        _ = try await pages.engine.perform(.batch(Box(.create(new))))
        let encoded = PercentCoding.encoded(plain)
        let targets = [
            "/", "/jobs", "/jobs?state=failed", "/jobs?tag=\(encoded)", "/jobs?text=\(encoded)",
            "/jobs?queue=\(encoded)",
            "/jobs?name=\(encoded)", "/jobs?tenant=\(encoded)", "/jobs/\(job)", "/jobs/\(job)/log",
            "/jobs/\(job)/log?text=\(encoded)", "/queues", "/recurring", "/recurring?text=\(encoded)",
            "/recurring/some.recurring", "/recurring/some.recurring/edit", "/batches", "/processes", "/log", "/audit",
            "/audit?person=\(encoded)", "/storage", "/panels", "/panels/table", "/panels/number", "/panels/series",
            "/panels/problem", "/absent?\(encoded)", "/login?next=\(encoded)",
        ]
        for target in targets {
            let page = try await pages.page(target)
            #expect(page.status < 500, "\(target)")
            InjectionTests.expectNoMarkup(of: page.text, target)
        }
        try await pages.close()
    }

    /// Each with the payload in all of its texts.
    private static func panels(_ payload: String) -> [Panel] {
        let title = payload.filter { $0 != "\u{0}" }
        return [
            Panel("table", title, permission: "jobs.read") { _ in
                .table([payload, "second"], [[.text(payload), 1], ["\(payload)", .nothing]])
            },
            Panel("number", title, permission: "jobs.read") { _ in .number(1, unit: payload, change: 2) },
            Panel("series", title, permission: "jobs.read") { asked in
                let later = Instant(microseconds: asked.now.microseconds + 1)
                return .series([PanelPoint(asked.now, 1), PanelPoint(later, -1)], unit: payload)
            },
            Panel("problem", title, permission: "jobs.read") { _ in throw PanelProblem(payload) },
        ]
    }

    private static func json(_ text: String) -> [UInt8] {
        var json = JSONWriter()
        json.object { $0.field("to", text) }
        return json.bytes
    }

    /// Claims the job, logs a line, says how far it is, and fails.
    private static func log(_ payload: String, _ job: SequenceNumber, _ pages: PageStore) async throws {
        let process = pages.engine.process
        let claim = Claim(process: process, worker: 1, queues: ["mail"], slots: 1)
        guard case .claimed(let claimed) = try await pages.engine.perform(.claim(claim)), let run = claimed.first else {
            Issue.record("nothing was claimed")
            return
        }
        let actor = Actor.process(process, worker: 1)
        let line = LogLine(time: .epoch, level: .error, text: payload)
        let reference = RunReference(job: run.job, token: run.token, attempt: run.attempt, actor: actor)
        let note = RunNote(
            reference, logged: Logged(level: 6, howMany: 1, salt: 1, lines: ["\(line)"]),
            progressed: Progressed(millionths: 1, salt: 1, text: payload),
            reported: Reported(counters: json(payload), salt: 1, statistics: json(payload)))
        _ = try await pages.engine.perform(.note(Box(note)))
        let failure = Outcome.Failure(
            errorType: payload, error: payload, ranMicroseconds: 1, salt: 1, random: 1, isFinal: true)
        _ = try await pages.engine.perform(.finish(job: run.job, token: run.token, .failed(Box(failure)), actor: actor))
    }

    /// Every element and attribute of a page is one that pages are made of.
    private static func expectNoMarkup(of page: String, _ target: String) {
        let elements: Set = [
            "!doctype", "html", "head", "meta", "title", "link", "script", "body", "a", "header", "nav", "main", "h1",
            "h2",
            "footer", "span", "form", "input", "button", "label", "select", "option", "textarea", "p", "div", "ul",
            "ol",
            "li", "table", "thead", "tbody", "tr", "th", "td", "time", "b", "strong", "dl", "dt", "dd", "pre", "code",
            "section", "article", "details", "summary", "svg", "g", "rect", "line", "text", "progress",
        ]
        for found in page.matches(of: /<\/?([!a-zA-Z][a-zA-Z0-9]*)/) {
            #expect(elements.contains(String(found.1).lowercased()), "\(target) has an element \(found.1)")
        }
        #expect(page.matches(of: /<script/).count == 1, "\(target) has another script")
        #expect(page.matches(of: /<style/).isEmpty)
        for tag in page.matches(of: /<[a-zA-Z][^>]*>/) {
            // Values are text whatever stands in them; what is left are the attributes' names.
            let names = tag.0.replacing(/"[^"]*"/, with: "")
            #expect(names.firstMatch(of: /\son[a-z]+\s*=/) == nil, "\(target): \(tag.0)")
            #expect(tag.0.firstMatch(of: /(?:href|src|action)="(?!\/|#main)/) == nil, "\(target): \(tag.0)")
            // Quotation marks of values come in pairs, so none was ended early.
            #expect(tag.0.count(where: { $0 == "\"" }).isMultiple(of: 2), "\(target): \(tag.0)")
        }
    }
}

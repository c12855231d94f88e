internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// What a job's first event says of it beyond what the ledgers keep.
struct JobWords {
    let display: String?
    let tags: [String]
    let tenant: String?

    init(_ job: JobSummary, in log: any LogSnapshot) throws {
        let creation = try log.creation(of: job.id.rawValue).map(JobCreation.init)
        (display, tags, tenant) = (creation?.displayName, creation?.tags ?? [], creation?.tenant)
    }
}

/// A job in a list.
struct JobRow {
    let job: JobSummary
    private let title: String
    private let words: JobWords
    /// What went wrong, where a list is about that.
    private let failure: String?

    static let columns: [Html.Column] = [
        .number(Texts.number), .text(Texts.job), .text(Texts.queue), .text(Texts.stateWord), .number(Texts.run),
        .text(Texts.since), .text(Texts.due), .text(Texts.tags),
    ]

    init(_ job: JobSummary, _ call: RouteCall, in log: any LogSnapshot, withFailure: Bool = false) throws {
        self.job = job
        words = try JobWords(job, in: log)
        failure = withFailure ? try log.lastFailure(of: job)?.inBrief(withSaying: call.may(.jobsArgsRead)) : nil
        // A display name quotes arguments.
        title = call.may(.jobsArgsRead) ? words.display ?? job.name : job.name
    }

    func write(_ frame: PageFrame, _ now: Instant, isChoice: Bool, _ html: inout Html) {
        let link = frame.link(["jobs", "\(job.id)"])
        html.row { html in
            if isChoice {
                html.cell { html in
                    html.void(
                        "input",
                        [
                            .type("checkbox"), .name("job"), .value("\(job.id).\(job.state.name)"),
                            .named("aria-label", Texts.chooseJob(job.id.rawValue)),
                        ])
                }
            }
            html.element("td", [.class("number")]) { $0.link(link, "\(job.id)") }
            html.element("td", [.class("wrap main")]) { html in
                html.link(link, title)
                if title != job.name { html.element("span", [.class("under mono")], job.name) }
                if let failure { html.element("span", [.class("under")], failure) }
            }
            html.element("td", [.class("named")]) { $0.link(frame.link(["jobs"], [("queue", job.queue)]), job.queue) }
            html.cell { html in
                html.state(job.state)
                if let why = job.waitsFor { html.element("span", [.class("under")], Texts.waitsFor(why)) }
            }
            let run = job.attempt == 0 ? "–" : "\(job.attempt)/\(job.attempts)"
            html.element("td", [.class("number"), .named("data-label", Texts.run)], run)
            html.element("td", [.named("data-label", Texts.since)]) { $0.age(job.since, now) }
            html.element("td", job.due == nil ? [] : [.named("data-label", Texts.due)]) { html in
                if let due = job.due { html.age(due, now) }
            }
            html.element("td", [.class("wrap")]) { html in
                for tag in words.tags {
                    html.element("a", [.class("tag"), .href(frame.link(["jobs"], [("tag", tag)]))], tag)
                }
                if let tenant = words.tenant {
                    html.element("a", [.class("tag"), .href(frame.link(["jobs"], [("tenant", tenant)]))], "@\(tenant)")
                }
            }
        }
    }
}

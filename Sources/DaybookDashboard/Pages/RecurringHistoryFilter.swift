internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Which entries of a recurring job's history are meant.
struct RecurringHistoryFilter {
    let kind: EventKind?
    let state: JobState?

    /// So many entries are looked at for one page.
    private static let entriesMax = 2_000
    private static let stretch = 250

    static let kinds: [EventKind] = [
        .fired, .skipped, .postponed, .recurringSet, .recurringPaused, .recurringResumed, .recurringRemoved, .replanned,
    ]

    static let parameters: [RouteParameter] = [
        .query("kind", .word(kinds.map(\.name)), "Only what happened so"),
        .query("state", .word(JobState.allCases.map(\.name)), "Only runs whose job stands there"),
    ]

    init(_ query: FormValues) throws(RouteFailure) {
        kind = try query.value("kind").map { word throws(RouteFailure) in
            guard let kind = EventKind(name: word), RecurringHistoryFilter.kinds.contains(kind) else {
                throw .badCall(Texts.Refused.badHistoryKind)
            }
            return kind
        }
        state = try query.value("state").map { word throws(RouteFailure) in
            guard let state = JobState(name: word) else { throw .badCall(Texts.Refused.badState) }
            return state
        }
    }

    var query: [(String, String?)] { [("kind", kind?.name), ("state", state?.name)] }

    private func matches(_ entry: RecurringEntry) -> Bool {
        (kind == nil || entry.kind == kind) && (state == nil || entry.state == state)
    }

    struct Page {
        var entries: [RecurringEntry] = []
        /// The next page: what happened before this event.
        var next: SequenceNumber?
        /// Whether the search was broken off before the page was full.
        var isCut = false
        var looked = 0
    }

    func page(_ status: RecurringStatus, before: SequenceNumber?, limit: Int, _ call: RouteCall) throws -> Page {
        var page = Page()
        var place = before
        while true {
            let part = try call.recurring.entries(status, before: place, limit: RecurringHistoryFilter.stretch)
            for entry in part {
                guard page.entries.count < limit else {
                    page.next = place
                    return page
                }
                (page.looked, place) = (page.looked + 1, entry.event)
                if matches(entry) { page.entries.append(entry) }
            }
            guard part.count == RecurringHistoryFilter.stretch else { return page }
            guard page.looked < RecurringHistoryFilter.entriesMax else {
                (page.next, page.isCut) = (place, true)
                return page
            }
        }
    }

    func form(_ id: String, _ frame: PageFrame, _ html: inout Html) {
        frame.search(&html, ["recurring", id]) { html in
            html.choice(
                Texts.what, "kind", [("", Texts.all)] + RecurringHistoryFilter.kinds.map { ($0.name, Texts.kind($0)) },
                kind?.name ?? "")
            html.choice(
                Texts.stateWord, "state", [("", Texts.all)] + JobState.allCases.map { ($0.name, Texts.state($0)) },
                state?.name ?? "")
            html.button(Texts.filter)
        }
    }
}

internal import Daybook
internal import DaybookModel

/// Where a page shows the store as it was, and how to get to other moments: fields that work without script.
struct TimeTravel: Sendable {
    let view: PastView?
    /// The newest event there is.
    let last: SequenceNumber
    /// The page itself, and what it was asked for.
    let target: PageLink
    let query: [(name: String, value: String)]

    /// The page as of another moment; nil leads back to the present.
    private func link(_ at: String?) -> PageLink {
        PageLink(target.text, [], query.map { ($0.name, $0.value) } + [("at", at)])
    }

    /// The menu of a page of the present.
    func menu(_ html: inout Html) {
        guard last > 0 else { return }
        html.element("details", [.class("when")]) { html in
            html.element("summary", Texts.asOf)
            html.element("div", [.class("card")]) { fields(last, &$0) }
        }
    }

    /// What says on top of a page that it is about the past.
    func banner(_ html: inout Html) {
        guard let view else { return }
        html.element("section", [.class("past"), .named("aria-label", Texts.past)]) { html in
            html.element("p", [.named("role", "status")]) { html in
                html.element("strong", Texts.asOfEvent(view.sequence))
                html.text(" ")
                html.time(view.now)
                html.text(" · \(Texts.pastIsReadOnly) ")
                html.link(link(nil), Texts.backToNow)
            }
            html.element("p", [.class("steps")]) { html in
                for step in [-1_000, -100, -10, -1, 1, 10, 100, 1_000] {
                    let sequence = Int64(clamping: view.sequence) + Int64(step)
                    guard sequence > 0, sequence <= Int64(clamping: last) else { continue }
                    html.link(link("\(sequence)"), Texts.stepOf(step))
                }
            }
            fields(view.sequence, &html)
        }
    }

    private func fields(_ chosen: SequenceNumber, _ html: inout Html) {
        form(&html) { html in
            html.element("label") { html in
                html.text(Texts.asOfEventLabel)
                html.void(
                    "input",
                    [
                        .type("range"), .name("at"), .named("min", "1"), .named("max", "\(last)"),
                        .value("\(chosen)"), .flag("data-moment"),
                    ])
            }
        }
        form(&html) { html in
            html.input(
                Texts.eventNumber, "at", "\(chosen)",
                [.type("number"), .named("min", "1"), .named("max", "\(last)")])
        }
        form(&html) { html in
            html.instant(Texts.instantField, "at", view?.now, [.flag("required")])
        }
    }

    private func form(_ html: inout Html, _ field: (inout Html) -> Void) {
        html.element("form", [.class("filters"), .named("method", "get"), .action(target)]) { html in
            for (name, value) in query { html.hidden(name, value) }
            field(&html)
            html.button(Texts.show, "quiet")
        }
    }
}

extension RouteCall {
    /// How the page that is asked for leads to other moments; nil for a page that has no past.
    func timeTravel() throws -> TimeTravel? {
        guard route.showsPast else { return nil }
        let path = request.target.prefix { $0 != "?" }
        // Where a list goes on and what was done last is about this moment and no other.
        let own = ["at", "before", "after", "cursor", "done", "of", "undo"]
        let query = query.pairs.filter { !own.contains($0.name) && !$0.value.isEmpty }
        return TimeTravel(
            view: past, last: try engine.lastEvent, target: PageLink(back: String(path)), query: query)
    }
}

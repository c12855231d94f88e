internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Events as the log's and the audit's pages list them.
enum EventLines {
    /// As files tell it, and as the log is searched.
    static func detail(_ event: LoggedEvent, _ call: RouteCall) -> String {
        event.event.detail(isOpen: call.may(.jobsArgsRead))
    }

    /// As pages say it.
    static func words(_ event: LoggedEvent, _ names: RecurringNames, _ call: RouteCall) -> String {
        Texts.detail(event.event, isOpen: call.may(.jobsArgsRead), recurring: names.name(of: event))
    }

    static func table(
        _ label: String, _ events: [LoggedEvent], _ call: RouteCall, _ frame: PageFrame, isLive: Bool,
        canUndo: Bool = false, _ html: inout Html
    ) {
        let columns: [Html.Column] = [
            .number(Texts.event), .text(Texts.time), .text(Texts.what), .text(Texts.job), .text(Texts.who),
            .text(Texts.details),
        ]
        // Without the names they are numbers, as the log has them.
        let names = (try? RecurringNames(in: events, call)) ?? RecurringNames()
        html.table(label, columns, isLive: isLive ? "events" : nil, folds: true) { html in
            for event in events {
                html.row { html in
                    html.element("td", [.class("number mono")]) {
                        $0.link(frame.link(["log", "\(event.sequence)"]), "\(event.sequence)")
                    }
                    html.cell { $0.time(event.time) }
                    html.cell { $0.badge(Texts.kind(event.kind), event.tone) }
                    html.cell { html in
                        if let job = event.job { html.link(frame.link(["jobs", "\(job)"]), "\(job)") }
                    }
                    html.cell { html in
                        if let person = event.actor.person {
                            html.link(frame.link(["audit"], [("person", person)]), person)
                        } else {
                            html.actor(event.actor, names, call, frame)
                        }
                    }
                    html.element("td", [.class("wrap")]) { html in
                        html.prose(words(event, names, call))
                        guard canUndo, let kind = ChangeKind(event.kind) else { return }
                        html.text(" ")
                        html.undo(kind, event.sequence, call, frame)
                    }
                }
            }
        }
    }
}

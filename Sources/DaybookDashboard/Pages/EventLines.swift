internal import Daybook
internal import DaybookLog
internal import DaybookModel

extension Event {
    /// What somebody may know of it beyond the kind: pages, programs and files are all told this. What a job's user
    /// gave or got, all its keys too, needs a permission of its own, `isOpen`.
    func detail(isOpen: Bool) -> String {
        guard !isOpen else { return detail }
        return switch body {
        case .created(let created), .carried(let created): created.value.closedDetail
        case .limited(let scope): "by \(LimitScope.withoutKey(scope))"
        case .limitOpened(let scope): LimitScope.withoutKey(scope)
        case .reported, .duplicate: ""
        default: detail
        }
    }
}

extension Created {
    fileprivate var closedDetail: String {
        let again = rerunOf == 0 ? "" : ", job \(rerunOf) once more"
        return "\(name), queue \(queue)\(again)"
    }
}

/// Events as the log's and the audit's pages list them.
enum EventLines {
    static func detail(_ event: LoggedEvent, _ call: RouteCall) -> String {
        event.event.detail(isOpen: call.may(.jobsArgsRead))
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
                        html.prose(names.named(detail(event, call), event))
                        guard canUndo, let kind = ChangeKind(event.kind) else { return }
                        html.text(" ")
                        html.undo(kind, event.sequence, call, frame)
                    }
                }
            }
        }
    }
}

internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// The latest steps of a clock that processes have noticed. Times of the log before and after one do not compare.
struct ClockSteps {
    private struct Step {
        let event: SequenceNumber
        let time: Instant
        let microseconds: Int64
        let actor: Actor
    }

    private static let shownMax = 10

    private var steps: [Step] = []
    /// False while the dashboard's view, which lists them, is not there.
    private let isKnown: Bool

    init(_ call: RouteCall) throws {
        let listed = call.listed(DashboardFollower.Part.clock, atMost: ClockSteps.shownMax)
        isKnown = listed != nil
        steps = try call.read { log in
            try (listed ?? []).compactMap { sequence in
                guard let event = try log.eventAtHand(sequence, { try Event($0, at: sequence) }),
                    case .clockStepped(let microseconds) = event.body
                else { return nil }
                return Step(event: sequence, time: event.time, microseconds: microseconds, actor: event.actor)
            }
        }
    }

    func write(_ html: inout Html) {
        html.section(Texts.clockSteps, id: "clock") { html in
            guard isKnown else { return html.nothing(Texts.noStatistics) }
            guard !steps.isEmpty else { return html.nothing(Texts.noClockSteps) }
            let columns: [Html.Column] = [
                .number(Texts.event), .text(Texts.time), .number(Texts.clockBy), .text(Texts.who),
            ]
            html.table(Texts.clockSteps, columns) { html in
                for step in steps {
                    html.row { html in
                        html.number(step.event)
                        html.cell { $0.time(step.time) }
                        html.element("td", [.class("number")], Texts.stepped(step.microseconds))
                        html.cell(step.actor.description)
                    }
                }
            }
        }
    }

    func write(to json: inout JSONWriter) {
        guard isKnown else { return }
        json.list("clockSteps", steps) { step, json in
            json.field("event", step.event)
            json.field("time", step.time)
            json.field("microseconds", step.microseconds)
            json.field("actor", step.actor.description)
        }
    }
}

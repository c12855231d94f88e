import DaybookLog
import DaybookModel

/// An event and its number, as commands show it.
struct EventRecord {
    let sequence: SequenceNumber
    let event: Event

    var kindName: String {
        EventKind(rawValue: event.body.kind)?.name ?? "kind \(event.body.kind)"
    }

    static let columns: [TablePrinter.Column] = [
        .init("SEQ", .right), .init("TIME"), .init("EVENT"), .init("JOB", .right), .init("RUN", .right), .init("ACTOR"),
        .init("DETAIL", gives: true),
    ]

    var cells: [TablePrinter.Cell] {
        [
            "\(sequence)", .init(event.time.forPeople), .init(kindName, colour),
            .init(event.job == 0 ? "" : "\(event.job)"),
            .init(event.attempt == 0 ? "" : "\(event.attempt)"), .init(event.actor.description),
            .init(event.detail),
        ]
    }

    private var colour: Colour? {
        switch event.body {
        case .succeeded: .green
        case .failed, .attemptFailed, .gap: .red
        case .interrupted, .stale, .clockStepped, .processLost, .processAsked: .yellow
        case .logged(let logged) where logged.value.level >= UInt64(LogLine.Level.warning.rawValue): .yellow
        default: nil
        }
    }
}

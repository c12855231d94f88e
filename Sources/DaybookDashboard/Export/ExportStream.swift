// A list as a file, however long it is: a page of it is read, written and sent, and the next one is read once the
// client has taken that. Nothing of what was sent stays in memory, and no look at the store is open meanwhile, so what
// happens between two pages shows on the second.

internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// A list that can be had as a file.
struct ExportList: Sendable {
    let name: String
    let columns: [String]
    /// The rows behind a place, and the next place; nil at the end.
    let page: @Sendable (RouteCall, _ from: SequenceNumber?) throws -> ExportPage
}

struct ExportPage: Sendable {
    var rows: [[ExportCell]] = []
    var next: SequenceNumber?

    static let rowsMax = 500
}

enum ExportFormat: String, CaseIterable, Sendable {
    case csv, json

    var type: String { self == .csv ? "text/csv; charset=utf-8" : "application/json" }
}

/// Writes a list's rows.
private struct ExportWriter: Sendable {
    let list: ExportList
    let format: ExportFormat
    private var hasRows = false
    private var hasBegun = false

    init(_ list: ExportList, _ format: ExportFormat) {
        (self.list, self.format) = (list, format)
    }

    mutating func bytes(_ page: ExportPage) -> [UInt8] {
        defer { hasBegun = true }
        switch format {
        case .csv:
            let head = hasBegun ? "" : CSVLine.text(list.columns)
            return Array((head + page.rows.map { CSVLine.text($0.map(\.plain)) }.joined()).utf8)
        case .json:
            var bytes = hasBegun ? [] : Array("[".utf8)
            for row in page.rows {
                bytes += Array((hasRows ? ",\n" : "\n").utf8)
                hasRows = true
                var json = JSONWriter()
                json.object { json in for (name, cell) in zip(list.columns, row) { cell.write(name, to: &json) } }
                bytes += json.bytes
            }
            if page.next == nil { bytes += Array("\n]\n".utf8) }
            return bytes
        }
    }
}

enum ExportStream {
    private static let perPersonMax = 8

    private struct State {
        var writer: ExportWriter
        var next: SequenceNumber?
        var isDone = false
    }

    static func answer(_ list: ExportList, _ call: RouteCall) throws -> DashboardResponse {
        var format = ExportFormat.csv
        if let word = try call.query.value("format") {
            guard let found = ExportFormat(rawValue: word) else { throw RouteFailure.badCall("format is csv or json.") }
            format = found
        }
        guard let seat = StreamSeat("\(call.principal?.name ?? "") exports", max: perPersonMax) else {
            throw RouteFailure.tooMany(Texts.Refused.manyExports, retryAfterSeconds: 10)
        }
        // What is wrong with the question is said before the answer has begun.
        let first = try list.page(call, nil)
        let chosen = format
        let stream = ResponseStream {
            var writer = ExportWriter(list, chosen)
            let bytes = writer.bytes(first)
            let state = Mutex(State(writer: writer, next: first.next, isDone: first.next == nil))
            let isFirst = Mutex(true)
            return {
                withExtendedLifetime(seat) {}
                if isFirst.withLock({ first in
                    defer { first = false }; return first
                }) {
                    return bytes
                }
                let place = state.withLock { $0.isDone ? nil : $0.next }
                guard let place else { return nil }
                let page = try list.page(call, place)
                return state.withLock { state in
                    state.next = page.next
                    state.isDone = page.next == nil
                    return state.writer.bytes(page)
                }
            }
        }
        let file = "\(list.name).\(format.rawValue)"
        return DashboardResponse(
            200,
            [
                HTTPField("content-type", format.type),
                HTTPField("content-disposition", "attachment; filename=\"\(file)\""),
            ], stream: stream)
    }
}

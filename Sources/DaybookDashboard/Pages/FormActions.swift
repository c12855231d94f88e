internal import Daybook
internal import DaybookModel

/// What the forms of all pages have in common: a reason, a way back, and somebody in whose name it is done.
extension RouteCall {
    static let reasonBytesMax = 1_024

    static let reasonAndWayBack: [RouteParameter] = [
        .body("reason", .text, "Why; it stands in the log"), .body("next", .text, "Where to go from there"),
    ]

    /// Why it is done; it stands in the log.
    func reason(_ form: FormValues) throws(RouteFailure) -> String {
        let reason = try form.value("reason") ?? ""
        guard reason.utf8.count <= RouteCall.reasonBytesMax, !reason.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else { throw .badCall(Texts.Refused.longReason(RouteCall.reasonBytesMax)) }
        return reason
    }

    /// Back to where the form was, with word of what was done.
    func back(
        _ form: FormValues, _ fallback: [String], done: Int = 1, of all: Int = 1,
        undo change: (kind: ChangeKind, event: SequenceNumber)? = nil, operation: SequenceNumber? = nil
    ) throws -> DashboardResponse {
        let next = try form.value("next").flatMap(SignInRoutes.ownPath) ?? PageLink(base, fallback).text
        let mark = next.contains("?") ? "&" : "?"
        let made = operation.map { "\(RouteCall.operationsMark)\($0)" }
        let undo = (change.map { "\($0.kind.rawValue).\($0.event)" } ?? made).map { "&undo=\($0)" } ?? ""
        return .seeOther("\(next)\(mark)done=\(done)&of=\(all)\(undo)")
    }

    /// As the query of a page that comes after an operation names it: `operations.77`.
    private static let operationsMark = "operations."

    /// Where a form leads back to: this page as it was asked for, without word of what was done before.
    var here: String {
        let target = request.target
        guard let mark = target.firstIndex(of: "?") else { return target }
        let pairs = target[target.index(after: mark)...].split(separator: "&").filter {
            !$0.hasPrefix("done=") && !$0.hasPrefix("of=") && !$0.hasPrefix("undo=")
        }
        return pairs.isEmpty ? String(target[..<mark]) : "\(target[..<mark])?\(pairs.joined(separator: "&"))"
    }

    /// What a form has done, if one led here, and a button that takes it back if that can be.
    func outcome(_ frame: PageFrame, _ html: inout Html) {
        guard let done = try? query.number("done", in: 0...1_000_000),
            let all = try? query.number("of", in: 0...1_000_000)
        else { return }
        html.note(Texts.outcome(done: done, of: all))
        var event: SequenceNumber = 0
        guard past == nil, let mark = try? query.value("undo") else { return }
        if let kind = ChangeKind(mark: mark, &event) { return html.undo(kind, event, self, frame) }
        guard mark.hasPrefix(RouteCall.operationsMark), may(.jobsChange),
            let number = SequenceNumber(mark.dropFirst(RouteCall.operationsMark.count)),
            (try? store.operation(number))??.canBeUndone == true
        else { return }
        html.action(
            frame, ["operations", "\(number)", "undo"], Texts.undo, "quiet", next: frame.link(["operations"]).text,
            asks: Texts.sureToUndo)
    }

    /// A number in the query at which a list goes on.
    func cursor(_ name: String) throws(RouteFailure) -> SequenceNumber? {
        try query.number(name, in: .places).map { SequenceNumber($0) }
    }

    /// Those of a tenant see his jobs and nothing of the store as a whole.
    func requireWholeStore() throws(RouteFailure) {
        guard principal?.tenant == nil else {
            throw .forbidden(Texts.Refused.wholeStore)
        }
    }
}

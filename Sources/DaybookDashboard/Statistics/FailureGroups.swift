internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// The jobs that stand failed, by their error, the most frequent first.
struct FailureGroup: Sendable {
    let errorType: String
    let count: Int
    /// The newest job of them.
    let newest: SequenceNumber
    /// Of errors that are alike: which group that is, and what the newest says.
    var similar: FailureLikeness?
    var says = ""

    private static let typesMax = 1_000
    private static let shown = 10

    /// By the type of the error alone.
    static func all(limit: Int, in rows: borrowing FollowerView) throws -> [FailureGroup] {
        let part = DashboardFollower.Part.self
        var found: [(type: String, count: Int)] = []
        try rows.walk(Packed(part.error)) { key, value in
            found.append((try key.unpacked(as: String.self, String.self).1, try value.unpacked(as: Int.self)))
            return found.count < typesMax
        }
        found.sort { ($0.count, $1.type) > ($1.count, $0.type) }
        return try found.prefix(limit).map { type, count in
            FailureGroup(errorType: type, count: count, newest: try newest(Packed(part.errorJob, type), in: rows))
        }
    }

    /// By errors that are alike. What they say is read from the log, where it is as long as it may be.
    static func alike(limit: Int, _ call: RouteCall) throws -> [FailureGroup] {
        let part = DashboardFollower.Part.self
        let found = try call.engine.view(of: DashboardFollower.self) { rows in
            var found: [(similar: String, count: Int, newest: SequenceNumber)] = []
            try rows.walk(Packed(part.similarRank)) { key, _ in
                let (_, count, similar) = try key.unpacked(as: String.self, Int.self, String.self)
                found.append((similar, -count, 0))
                return found.count < limit
            }
            for index in found.indices {
                found[index].newest = try newest(Packed(part.similarJob, found[index].similar), in: rows)
            }
            return found
        }
        return try call.read { log in
            var reader = try JobReader(log)
            return try found.compactMap { similar, count, newest in
                guard let job = try reader.job(newest), let failure = try log.lastFailure(of: job) else { return nil }
                var group = FailureGroup(errorType: failure.errorType, count: count, newest: newest)
                group.similar = FailureLikeness(similar)
                group.says = failure.saying
                return group
            }
        }
    }

    private static func newest(_ prefix: Packed, in rows: borrowing FollowerView) throws -> SequenceNumber {
        var newest: SequenceNumber = 0
        try rows.walk(prefix) { key, _ in
            newest = SequenceNumber(-(try key.unpacked(as: String.self, String.self, Int64.self).2))
            return false
        }
        return newest
    }

    /// As far as whoever asks may see them: what an error says takes the permission to read arguments. None while they
    /// are being counted, and none of the past, which nobody counts.
    static func visible(limit: Int = shown, _ call: RouteCall) -> [FailureGroup] {
        guard call.may(.storeRead), call.principal?.tenant == nil, call.past == nil else { return [] }
        if call.may(.jobsArgsRead) { return (try? alike(limit: limit, call)) ?? [] }
        return (try? call.engine.view(of: DashboardFollower.self) { try all(limit: limit, in: $0) }) ?? []
    }

    /// Beside a list of failed jobs and nothing else.
    static func shown(for filter: JobFilter, _ call: RouteCall) -> [FailureGroup] {
        var rest = filter
        rest.states = []
        return filter.states == [.failed] && rest.isEmpty ? visible(call) : []
    }

    static func table(_ groups: [FailureGroup], _ frame: PageFrame, _ html: inout Html) {
        let columns: [Html.Column] = [.text(Texts.errorType), .number(Texts.jobs), .text(Texts.latest)]
        html.table(Texts.failuresByError, columns, isLive: "errors") { html in
            for group in groups {
                let about =
                    group.similar.map { ("similar", $0.text) } ?? ("error", group.errorType)
                html.row { html in
                    html.element("td", [.class("wrap main")]) { html in
                        let title = group.errorType.isEmpty ? Texts.nameless : group.errorType
                        html.link(frame.link(["jobs"], [("state", JobState.failed.name), about]), title)
                        if !group.says.isEmpty { html.element("span", [.class("under")], group.says) }
                    }
                    html.number(group.count)
                    html.cell { $0.link(frame.link(["jobs", "\(group.newest)"]), Texts.jobNumber(group.newest)) }
                }
            }
        }
    }
}

extension AttemptFailed {
    private static let sayingMax = 160

    /// The first line of what the error says, cut.
    var saying: String { String(FailureLikeness.firstLine(error).prefix(AttemptFailed.sayingMax)) }

    /// The error's type and, for those who may see it, what it says.
    func inBrief(withSaying: Bool) -> String? {
        let parts = [errorType, withSaying ? saying : ""].filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }
}

extension FailureLikeness {
    init(asked text: String) throws(RouteFailure) {
        guard let found = FailureLikeness(text) else {
            throw .badCall(Texts.Refused.badLikeness)
        }
        self = found
    }
}

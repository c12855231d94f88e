internal import DaybookLog
internal import DaybookModel

/// The jobs that stand failed, by the type of their error, the most frequent first.
struct FailureGroup: Sendable {
    let errorType: String
    let count: Int
    /// The newest job of them.
    let newest: SequenceNumber

    private static let typesMax = 1_000

    static func all(limit: Int, in rows: borrowing FollowerView) throws -> [FailureGroup] {
        let part = DashboardFollower.Part.self
        var found: [(type: String, count: Int)] = []
        try rows.walk(Packed(part.error)) { key, value in
            found.append((try key.unpacked(as: String.self, String.self).1, try value.unpacked(as: Int.self)))
            return found.count < typesMax
        }
        found.sort { ($0.count, $1.type) > ($1.count, $0.type) }
        var groups: [FailureGroup] = []
        for (type, count) in found.prefix(limit) {
            var newest: SequenceNumber = 0
            try rows.walk(Packed(part.errorJob, type)) { key, _ in
                newest = SequenceNumber(-(try key.unpacked(as: String.self, String.self, Int64.self).2))
                return false
            }
            groups.append(FailureGroup(errorType: type, count: count, newest: newest))
        }
        return groups
    }
}

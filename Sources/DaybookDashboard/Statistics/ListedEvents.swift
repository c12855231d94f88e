internal import Daybook
internal import DaybookLog
internal import DaybookModel

extension RouteCall {
    /// Events, or jobs, that the dashboard's view lists under a part, the newest first; nil while it is not there. What
    /// was listed stays so, and the list of today tells of the past.
    func listed(
        _ part: String, below bound: SequenceNumber? = nil, atMost most: Int
    ) -> [SequenceNumber]? {
        let end = [bound, past.map { $0.sequence + 1 }].compactMap { $0 }.min()
        let start = end.map { Packed(part, -Int64(clamping: $0) + 1) }
        return try? engine.view(of: DashboardFollower.self) { rows in
            var numbers: [SequenceNumber] = []
            try rows.walk(Packed(part), from: start) { key, _ in
                numbers.append(SequenceNumber(-(try key.unpacked(as: String.self, Int64.self).1)))
                return numbers.count < most
            }
            return numbers
        }
    }
}

extension RouteCall {
    private static let rerunsMax = 20
    /// Those that have been deleted since are passed over.
    private static let rerunsLookedUpMax = 200

    /// The jobs that do once more what a job did, the newest first; none while the view is not there.
    func reruns(of job: SequenceNumber) throws -> [SequenceNumber] {
        let prefix = Packed(DashboardFollower.Part.again, Int64(clamping: job))
        let listed = try? engine.view(of: DashboardFollower.self) { rows in
            var numbers: [SequenceNumber] = []
            try rows.walk(prefix) { key, _ in
                let number = SequenceNumber(-(try key.unpacked(as: String.self, Int64.self, Int64.self).2))
                if past.map({ number <= $0.sequence }) ?? true { numbers.append(number) }
                return numbers.count < RouteCall.rerunsLookedUpMax
            }
            return numbers
        }
        guard let listed, !listed.isEmpty else { return [] }
        return try read { log in
            let there = try listed.filter { try Books.storedJob($0, in: log) != nil }
            return Array(there.prefix(RouteCall.rerunsMax))
        }
    }
}

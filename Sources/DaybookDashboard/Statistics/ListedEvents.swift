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

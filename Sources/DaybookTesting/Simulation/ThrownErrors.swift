internal import DaybookModel

/// What the clients of a simulation threw: each error once, however many processes met it.
struct ThrownErrors {
    private var counts: [(sentence: String, event: SequenceNumber, count: Int)] = []
    private static let differentMax = 20

    mutating func note(_ error: any Error, after event: SequenceNumber) {
        // A test's own errors may be shown to whoever runs the test.
        let sentence = "a client threw \(type(of: error)): \(error)"
        if let index = counts.firstIndex(where: { $0.sentence == sentence }) {
            counts[index].count += 1
        } else if counts.count < ThrownErrors.differentMax {
            counts.append((sentence, event, 1))
        }
    }

    var violations: [Violation] {
        counts.map { thrown in
            let times = thrown.count == 1 ? "" : " (\(thrown.count) times)"
            return Violation(promise: .clients, event: thrown.event, sentence: thrown.sentence + times)
        }
    }
}

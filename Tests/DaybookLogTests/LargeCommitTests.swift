import DaybookModel
import Testing

@testable import DaybookLog

/// Large commits are hashed by two threads, in bundles that follow the nodes of the history tree.
@Suite struct `A large commit` {
    private static let bundle = LeafCrew.bundle
    private static let sizes = [
        1, 14, 1, 16, bundle - 1, bundle, bundle + 1, 1, bundle + 32, 2_000, 15, 4_999, 9_000, 3,
    ]

    private func fill(_ batch: EventBatch, _ count: Int) {
        for number in 0..<count {
            guard batch.first > 1 else {
                let genesis = Genesis(identity: Array(0..<16), format: 1, program: "test")
                batch.append(Event(time: .second(0), body: .genesis(Box(genesis))))
                continue
            }
            let body =
                number % 3 == 0
                ? EventBody.succeeded(Succeeded(ranMicroseconds: UInt64(number), salt: 7, result: [49]))
                : EventBody.parked(reason: "number \(number)")
            batch.append(Event(time: .second(1), job: 1, actor: .process(1), body: body))
        }
    }

    @Test func `is chained as if its events had been hashed one by one`() throws {
        let storage = MemoryStorage()
        try storage.appendEncoded(Self.sizes.count) { index, batch in fill(batch, Self.sizes[index]) }
        // The export hashes what it tells anew, and so does whoever verifies it.
        let report = try verified(storage.exported())
        #expect(report.last == UInt64(Self.sizes.reduce(0, +)))
        let head = try storage.read { try $0.seal(endingAt: $0.last).head }
        #expect(report.head == head)
    }

    @Test func `that is given up leaves nothing to the next`() throws {
        let storage = MemoryStorage()
        try storage.appendEncoded(Self.sizes.count) { index, batch in
            fill(batch, 3_000)
            batch.restart(at: batch.first)
            fill(batch, Self.sizes[index])
        }
        let other = MemoryStorage()
        try other.appendEncoded(Self.sizes.count) { index, batch in fill(batch, Self.sizes[index]) }
        #expect(try storage.exported() == other.exported())
    }
}

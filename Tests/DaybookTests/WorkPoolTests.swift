import DaybookModel
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `How many jobs are claimed ahead` {
    private let pool = WorkPool(queues: nil, workers: 2)

    /// So many jobs come and end between two turns.
    private func work(off count: Int) {
        let created = Box(Created(name: "mail", queue: "default", attempts: 3, salt: 1, arguments: []))
        pool.add(
            (1...count).map {
                ClaimedJob(claimed: Claimed(job: UInt64($0), token: 100, attempt: 1), creation: .known(created))
            }, nowNanoseconds: 0)
        for _ in pool.takeWaiting() { pool.finish() }
    }

    @Test func `is what ends in two turns while all workers have something to do`() {
        #expect(pool.slotsWanted() == 2)
        work(off: 40)
        #expect(pool.slotsWanted() == 2 + 80)
        work(off: 40)
        #expect(pool.slotsWanted() == 2 + 80)
    }

    @Test func `is more once a worker has nothing to do`() async {
        work(off: 40)
        let idle = Task { await pool.next(nowNanoseconds: 0) }
        while pool.idle == 0 { await Task.yield() }
        #expect(pool.slotsWanted() == 2 + 160)
        pool.stop()
        _ = await idle.value
    }
}

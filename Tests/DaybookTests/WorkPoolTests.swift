import DaybookModel
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `How many jobs are claimed ahead` {
    private let pool = WorkPool(queues: nil, workers: 2)

    private func hold(_ count: Int) {
        let created = Box(Created(name: "mail", queue: "default", attempts: 3, salt: 1, arguments: []))
        pool.add(
            (1...count).map {
                ClaimedJob(claimed: Claimed(job: UInt64($0), token: 100, attempt: 1), creation: .known(created))
            }, nowNanoseconds: 0)
    }

    /// So many jobs come and end between two turns.
    private func work(off count: Int) {
        hold(count)
        for _ in pool.takeWaiting() { pool.finish() }
    }

    @Test func `is what ends in two turns while all workers have something to do`() {
        #expect(pool.slotsWanted() == 2)
        work(off: 40)
        #expect(pool.slotsWanted() == 2 + 80)
        work(off: 40)
        #expect(pool.slotsWanted() == 2 + 80)
    }

    /// A run of a second that ends leaves a worker idle, too: for its like more would only be given back.
    @Test func `is more where a worker has nothing to do although all have ended several`() async {
        let idle = Task { await pool.next(nowNanoseconds: 0) }
        while pool.idle == 0 { await Task.yield() }
        for _ in 0..<8 { pool.finish() }
        #expect(pool.slotsWanted() == 10 + 16)
        for _ in 0..<40 { pool.finish() }
        #expect(pool.slotsWanted() == 50 + 160)
        pool.stop()
        _ = await idle.value
    }

    @Test func `is given back when none was started for a while, by whichever clock was read first`() async {
        hold(2)
        _ = await pool.next(nowNanoseconds: WorkPool.patienceNanoseconds)
        #expect(pool.takeOverdue(nowNanoseconds: WorkPool.patienceNanoseconds - 1).isEmpty)
        #expect(pool.takeOverdue(nowNanoseconds: 2 * WorkPool.patienceNanoseconds - 1).isEmpty)
        #expect(pool.takeOverdue(nowNanoseconds: 2 * WorkPool.patienceNanoseconds).count == 1)
    }
}

import Daybook
import DaybookModel
import Testing

@testable import DaybookLog
@testable import DaybookTesting

private struct Note: Job {
    static let jobName = "note"
    var text = "hello"

    func run(_ context: JobContext) async throws {}
}

@Suite struct `A job whose creation cannot be read` {
    @Test func `is parked by whoever is to run it, and holds up nobody`() async throws {
        let test = try TestEngine { $0.register(Note.self) }
        let jobs = try await test.engine.enqueue((0..<3).map { _ in try JobRequest(Note()) })
        test.storage.damage(event: jobs[1].id.rawValue) { value in
            // Whole, as its checksum says, and of a version that there is not.
            value[EventHead.Offset.version] = 99
            let checksum = EventChecksum.of(UnsafeRawBufferPointer(value), at: jobs[1].id.rawValue)
            value.storeBytes(of: checksum.littleEndian, as: UInt32.self)
        }
        try await test.drain()
        for (job, state) in zip(jobs, [JobState.succeeded, .parked, .succeeded]) {
            try test.expect(job.id, is: state)
        }
    }
}

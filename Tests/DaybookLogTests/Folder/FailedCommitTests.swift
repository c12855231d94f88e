import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `A commit that does not reach the disk` {
    @Test func `is reported as unknown, and a fresh opening tells`() async throws {
        await #expect(processExitsWith: .success) {
            try withStorePath { path in
                let store = try StoreFolder.opened(path)
                let writer = LogWriter(store.storage)
                try writer.perform(.enqueue(.example()))

                signal(SIGXFSZ, SIG_IGN)
                limitFileSize(try contents("\(path)/data.mdb").count)
                let failed = logError { try enqueueMany(writer) }
                try #require(failed?.code == .unknownOutcome, "\(String(describing: failed))")
                let refused = logError { try writer.perform(.enqueue(.example())) }
                try #require(refused?.code == .unusable && refused?.description.contains("Open the store anew") == true)
                store.close()

                limitFileSize(nil)
                let anew = try StoreFolder.opened(path)
                try #require(try anew.storage.read { try $0.last } == 2)
                try enqueueMany(LogWriter(anew.storage))
                anew.close()
            }
        }
    }

    @Test func `costs nothing when the body threw before`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let writer = LogWriter(store.storage)
            #expect(throws: LogError(.badInput, "No.")) {
                try writer.turn(now: .second(1)) { turn in
                    _ = try turn.perform(.enqueue(.example()))
                    throw LogError(.badInput, "No.")
                }
            }
            #expect(try writer.perform(.enqueue(.example())) == .created(job: 2))
        }
    }
}

/// More than what is free in a small file.
private func enqueueMany(_ writer: LogWriter) throws {
    try writer.turn(now: .second(2)) { turn in
        for _ in 0..<200 {
            let arguments = String(repeating: "x", count: 2_000)
            _ = try turn.perform(.enqueue(.example(arguments: arguments)))
        }
    }
}

private func logError(_ body: () throws -> some Any) -> LogError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? LogError
    }
}

private func limitFileSize(_ byteCount: Int?) {
    var limit = rlimit(rlim_cur: byteCount.map { rlim_t($0) } ?? rlim_t.max, rlim_max: rlim_t.max)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}

import Daybook
import DaybookModel
import Foundation
import Synchronization

/// A long run with retention and archives: neither the pace nor the file may depend on how many jobs there have been.
let retentionSoak: [Measurement] = [
    Measurement(
        suite: "retention", name: "last tenth of a 10 M-job run with retention / first tenth", unit: .perSecond,
        target: .ratio(floor: 0.8, aim: nil), prepare: RetentionSoak.run,
        ours: { _ in Sample(value: RetentionSoak.tenths.last?.jobsPerSecond ?? 0) },
        baseline: { _ in Sample(value: RetentionSoak.tenths.first?.jobsPerSecond ?? 0) }),
    Measurement(
        suite: "retention", name: "file after a 10 M-job run with retention / after its first tenth",
        unit: .bytesPerByte,
        target: .ours(floor: 1.5, aim: 1.2), prepare: RetentionSoak.run,
        ours: { _ in
            let (first, last) = (RetentionSoak.tenths.first?.fileBytes ?? 1, RetentionSoak.tenths.last?.fileBytes ?? 0)
            return Sample(value: Double(last) / Double(first))
        }),
]

/// The run is made once; both rows tell of it.
enum RetentionSoak {
    struct Tenth: Sendable {
        let jobsPerSecond: Double
        let fileBytes: Int
        let keptJobs: Int
    }

    private static let result = Mutex<[Tenth]>([])
    static var tenths: [Tenth] { result.withLock { $0 } }

    @Sendable static func run(_ place: Place) async throws {
        guard tenths.isEmpty else { return }
        let tenth = place.operations(1_000_000) / 1024 * 1024
        let folder = try place.emptyFolder() + "/store"
        let window = Window(1024)
        var options = EngineOptions()
        // About a hundred thousand jobs are kept at a time, or ten thousand in a run of a tenth of the length.
        options.retention = .rules(.keep(.everything, for: .milliseconds(place.operations(1_200))))
        options.retention.archiving = .automatic(keepingEvents: place.operations(800_000)) { error in
            FileHandle.standardError.write(Data("archiving: \(error)\n".utf8))
        }
        let engine = try EngineLoad.engine(folder, options: options) { _ in window.leave() }
        try await EngineLoad.working(engine) {
            for _ in 0..<10 {
                let sample = try await timed(operations: tenth) { try await pass(tenth, engine, window) }
                let size = try FileManager.default.attributesOfItem(atPath: folder + "/data.mdb")[.size] as? Int
                let kept = try engine.queues().reduce(0) { sum, queue in
                    JobState.allCases.reduce(sum) { $0 + queue[$1] }
                }
                result.withLock {
                    $0.append(Tenth(jobsPerSecond: sample.value, fileBytes: size ?? 0, keptJobs: kept))
                }
                FileHandle.standardError.write(
                    Data("retention: \(Int(sample.value)) jobs/s, \((size ?? 0) / 1_000_000) MB, \(kept) kept\n".utf8))
            }
        }
        try await engine.close()
    }

    private static func pass(_ count: Int, _ engine: JobEngine, _ window: Window) async throws {
        try await withThrowingTaskGroup { callers in
            for _ in 0..<1024 {
                callers.addTask {
                    for _ in 0..<count / 1024 {
                        await window.enter()
                        _ = try await engine.enqueue(EngineLoad.name, arguments: EngineLoad.payload)
                    }
                }
            }
            try await callers.waitForAll()
        }
        await window.waitUntilEmpty()
    }
}

import Daybook
import DaybookModel
import Foundation
import Synchronization

/// A long run with retention and archives: neither the pace nor the file may depend on how many jobs there have been.
let retentionSoak: [Measurement] = [
    Measurement(
        suite: "retention", name: "another million jobs after a 10 M-job run with retention / the first in a new store",
        unit: .perSecond, target: .ratio(floor: 0.8, aim: nil), prepare: RetentionSoak.run,
        ours: { try await RetentionSoak.another($0) }, baseline: { try await RetentionSoak.first($0) }),
    Measurement(
        suite: "retention", name: "file after a 10 M-job run with retention / after its first tenth",
        unit: .bytesPerByte,
        target: .ours(floor: 1.5, aim: 1.2), prepare: RetentionSoak.run,
        ours: { _ in
            let (first, last) = (RetentionSoak.fileBytes.first ?? 1, RetentionSoak.fileBytes.last ?? 0)
            return Sample(value: Double(last) / Double(first))
        }),
]

/// The long run is made once; both rows go on from it. How quick its tenths were says more of the host than of the
/// store, because minutes lie between them: so the store goes on afterwards, in turn with new ones.
enum RetentionSoak {
    private static let result = Mutex<[Int]>([])
    static var fileBytes: [Int] { result.withLock { $0 } }

    @Sendable static func run(_ place: Place) async throws {
        guard fileBytes.isEmpty else { return }
        try FileManager.default.createDirectory(atPath: folder(place), withIntermediateDirectories: false)
        try await work(in: folder(place), place) { pass in
            for _ in 0..<10 {
                let report = try await pass()
                result.withLock { $0.append(report.fileBytes) }
                FileHandle.standardError.write(
                    Data(
                        """
                        retention: \(Int(report.sample.value)) jobs/s, \(report.fileBytes / 1_000_000) MB, \
                        \(report.keptJobs) kept

                        """.utf8))
            }
        }
    }

    /// A tenth more in the store of the long run.
    static func another(_ place: Place) async throws -> Sample { try await tenth(in: folder(place), place) }

    /// The first tenth of a new store.
    static func first(_ place: Place) async throws -> Sample { try await tenth(in: place.emptyFolder(), place) }

    private static func folder(_ place: Place) -> String { place.sharedFolder + "/retention" }

    private struct Tenth {
        let sample: Sample
        let fileBytes: Int
        let keptJobs: Int
    }

    private static func tenth(in folder: String, _ place: Place) async throws -> Sample {
        let sample = Mutex<Sample?>(nil)
        try await work(in: folder, place) { pass in
            let tenth = try await pass()
            sample.withLock { $0 = tenth.sample }
        }
        return sample.withLock { $0 } ?? Sample(value: 0)
    }

    private static func work(
        in folder: String, _ place: Place,
        _ body: @escaping @Sendable (@Sendable () async throws -> Tenth) async throws -> Void
    ) async throws {
        let count = place.operations(1_000_000) / 1024 * 1024
        let window = Window(1024)
        var options = EngineOptions()
        // About a hundred thousand jobs are kept at a time, or ten thousand in a run of a tenth of the length.
        options.retention = .rules(.keep(.everything, for: .milliseconds(place.operations(1_200))))
        // What those have left in the log stays there, and what is older is archived.
        options.retention.archiving = .automatic(keepingEvents: place.operations(300_000)) { error in
            FileHandle.standardError.write(Data("archiving: \(error)\n".utf8))
        }
        let store = folder + "/store"
        let engine = try EngineLoad.engine(store, options: options) { _ in window.leave() }
        try await EngineLoad.working(engine) {
            try await body {
                let sample = try await timed(operations: count) { try await pass(count, engine, window) }
                let size = try FileManager.default.attributesOfItem(atPath: store + "/data.mdb")[.size] as? Int
                let kept = try engine.queues().reduce(0) { sum, queue in
                    JobState.allCases.reduce(sum) { $0 + queue[$1] }
                }
                return Tenth(sample: sample, fileBytes: size ?? 0, keptJobs: kept)
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

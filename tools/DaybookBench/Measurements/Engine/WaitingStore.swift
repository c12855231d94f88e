import Daybook
import DaybookModel
import Foundation

/// Stores in which many jobs wait, made once for all measurements that ask for them.
enum WaitingStore {
    /// So many jobs in the queue that is worked on.
    static func folder(_ place: Place, _ count: Int) -> String { "\(place.sharedFolder)/waiting-\(count)" }

    static func make(_ count: Int) -> @Sendable (Place) async throws -> Void {
        { place in
            let full = count > 10_000 ? place.operations(count) : count
            try await make(folder(place, count)) { try await EngineLoad.fill($0, full) }
        }
    }

    /// A million jobs, each with a unique key that it holds.
    static func keyed(_ place: Place) -> String { place.sharedFolder + "/keyed" }

    @Sendable
    static func makeKeyed(_ place: Place) async throws {
        try await make(keyed(place)) { engine in
            // Keys come in no order, as they do in life.
            try await EngineLoad.fill(engine, place.operations(1_000_000)) { number in
                [.key("customer:\(UInt64(number) &* 0x9E37_79B9_7F4A_7C15)"), .queue("keyed")]
            }
        }
    }

    private static func make(_ folder: String, _ fill: (JobEngine) async throws -> Void) async throws {
        guard !FileManager.default.fileExists(atPath: folder) else { return }
        let engine = try EngineLoad.engine(folder)
        try await fill(engine)
        try await engine.close()
    }
}

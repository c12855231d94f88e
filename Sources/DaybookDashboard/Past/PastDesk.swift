// Folding a log takes a second for every million events, so whoever pages about in the past must not wait for that on
// each page. The last few states stay, each in a bounded piece of memory. One thread folds for the whole process, so
// that others' requests are answered meanwhile, and few may wait for it.

internal import Daybook
internal import DaybookLog
internal import Synchronization

final class PastDesk: Sendable {
    private struct State {
        /// The one used last stands last.
        var views: [PastView] = []
        var waiting = 0
    }

    private let engine: JobEngine
    private let state = Mutex(State())

    static let viewsMax = 3
    private static let waitingMax = 8
    private static let jobBytesMax = 8 << 20
    private static let otherBytesMax = 8 << 20

    init(_ engine: JobEngine) {
        self.engine = engine
    }

    /// The store as it was then: one that was looked at lately, or a new fold.
    func view(_ moment: PastMoment) async throws -> PastView {
        if let view = kept(moment) { return view }
        let isLetIn = state.withLock { state in
            guard state.waiting < PastDesk.waitingMax else { return false }
            state.waiting += 1
            return true
        }
        guard isLetIn else {
            throw RouteFailure(
                503, Texts.Refused.manyMoments,
                [HTTPField("retry-after", "5")])
        }
        defer { state.withLock { $0.waiting -= 1 } }
        return try await Task(executorPreference: AnswerThreads.folding) {  // tidy: its caller waits for it
            try self.fold(moment)
        }.value
    }

    /// How many states are kept.
    var count: Int { state.withLock { $0.views.count } }

    private func kept(_ moment: PastMoment) -> PastView? {
        state.withLock { state in
            guard let index = state.views.firstIndex(where: { $0.moment == moment }) else { return nil }
            let view = state.views.remove(at: index)
            state.views.append(view)
            return view
        }
    }

    private func fold(_ moment: PastMoment) throws -> PastView {
        // Whoever stood before may have asked for the same.
        if let view = kept(moment) { return view }
        var limits = FoldLedgers.Limits()
        limits.jobBytesMax = PastDesk.jobBytesMax
        limits.otherBytesMax = PastDesk.otherBytesMax
        let view = try PastView(moment, try engine.past(moment.point, limits: limits))
        let old = state.withLock { state in
            state.views.append(view)
            return state.views.count > PastDesk.viewsMax ? state.views.removeFirst() : nil
        }
        // Let go of outside the lock: it may have a file to take away.
        withExtendedLifetime(old) {}
        return view
    }
}

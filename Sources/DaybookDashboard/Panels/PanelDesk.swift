// A panel is somebody else's code, so it is asked at arm's length: for a limited time, so often at once and no
// oftener, and what it throws is told to its program and to nobody who looks. Many may look at one panel and load it
// anew in the same moment, so whoever comes when all places are taken waits for one. A closure that goes on after its
// time keeps its place until it ends: one that never does takes away its own panel and nothing else.

internal import Synchronization

final class PanelDesk: Sendable {
    private struct Places {
        var taken = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let options: DashboardOptions
    private let places = Mutex<[String: Places]>([:])

    /// So many people can ask one panel at a time, and so many wait for that.
    static let placesMax = 16
    private static let waitingMax = 1_000
    private static let sentenceLengthMax = 500

    private enum Answer: Sendable {
        case content(PanelContent)
        case problem(PanelProblem)
        case late
    }

    init(_ options: DashboardOptions) {
        self.options = options
    }

    /// What a panel shows to whoever asks.
    func content(of panel: Panel, for asked: PanelRequest) async throws(PanelProblem) -> PanelContent {
        let (answers, continuation) = AsyncStream.makeStream(of: Answer.self, bufferingPolicy: .bufferingOldest(1))
        let (time, hasBegun) = (options.panelTime, Flag())
        let run = Task {  // tidy: ends with the panel's closure
            guard await enter(panel.name) else {
                continuation.yield(.problem(PanelProblem(Texts.panelBusy)))
                return
            }
            // Whoever waited too long is not there any more.
            if !Task.isCancelled {
                hasBegun.raise()
                continuation.yield(await ask(panel, asked))
            }
            leave(panel.name)
        }
        let clock = Task {  // tidy: ends with the question
            if (try? await Task.sleep(for: time)) != nil { continuation.yield(.late) }
        }
        var all = answers.makeAsyncIterator()
        let answer = await all.next(isolation: nil)
        clock.cancel()
        run.cancel()
        switch answer {
        case .content(let content): return content
        case .problem(let problem): throw problem
        case .late where hasBegun.isRaised: throw PanelProblem(Texts.panelLate(time.components.seconds))
        case .late: throw PanelProblem(Texts.panelBusy)
        case nil: throw PanelProblem(Texts.panelFailed)
        }
    }

    private final class Flag: Sendable {
        private let state = Mutex(false)

        var isRaised: Bool { state.withLock { $0 } }
        func raise() { state.withLock { $0 = true } }
    }

    private func ask(_ panel: Panel, _ asked: PanelRequest) async -> Answer {
        do {
            return .content(try await panel.content(asked))
        } catch let problem as PanelProblem {
            return .problem(PanelProblem(String(problem.sentence.prefix(PanelDesk.sentenceLengthMax))))
        } catch {
            options.panelFailed?(panel.name, error)
            return .problem(PanelProblem(Texts.panelFailed))
        }
    }

    /// False if too many wait already.
    private func enter(_ name: String) async -> Bool {
        enum Entry {
            case place, queue, refusal
        }
        let entry = places.withLock { places -> Entry in
            if places[name, default: Places()].taken < PanelDesk.placesMax {
                places[name, default: Places()].taken += 1
                return .place
            }
            return places[name, default: Places()].waiting.count < PanelDesk.waitingMax ? .queue : .refusal
        }
        guard entry == .queue else { return entry == .place }
        await withCheckedContinuation { continuation in
            let isFree = places.withLock { places in
                guard places[name, default: Places()].taken >= PanelDesk.placesMax else {
                    places[name, default: Places()].taken += 1
                    return true
                }
                places[name, default: Places()].waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        return true
    }

    /// Hands the place to whoever waits longest.
    private func leave(_ name: String) {
        let next = places.withLock { places -> CheckedContinuation<Void, Never>? in
            guard places[name]?.waiting.isEmpty == false else {
                places[name]?.taken -= 1
                return nil
            }
            return places[name]?.waiting.removeFirst()
        }
        next?.resume()
    }
}

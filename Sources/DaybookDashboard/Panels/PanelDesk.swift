// A panel is somebody else's code, so it is asked at arm's length: for a limited time, so often at once and no
// oftener, and what it throws is told to its program and to nobody who looks. A closure that goes on after its time
// keeps its place until it ends: one that never does takes away its own panel and nothing else.

internal import Synchronization

final class PanelDesk: Sendable {
    private let options: DashboardOptions
    private let underWay = Mutex<[String: Int]>([:])

    /// So many people can ask one panel at a time.
    static let underWayMax = 16

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
        guard enter(panel.name) else { throw PanelProblem(Texts.panelBusy) }
        let (answers, continuation) = AsyncStream.makeStream(of: Answer.self, bufferingPolicy: .bufferingOldest(1))
        let time = options.panelTime
        let run = Task {  // tidy: ends with the panel's closure
            let answer = await ask(panel, asked)
            leave(panel.name)
            continuation.yield(answer)
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
        case .late: throw PanelProblem(Texts.panelLate(time.components.seconds))
        case nil: throw PanelProblem(Texts.panelFailed)
        }
    }

    private func ask(_ panel: Panel, _ asked: PanelRequest) async -> Answer {
        do {
            return .content(try await panel.content(asked))
        } catch let problem as PanelProblem {
            return .problem(PanelProblem(String(problem.sentence.prefix(500))))
        } catch {
            options.panelFailed?(panel.name, error)
            return .problem(PanelProblem(Texts.panelFailed))
        }
    }

    private func enter(_ name: String) -> Bool {
        underWay.withLock { underWay in
            guard underWay[name, default: 0] < PanelDesk.underWayMax else { return false }
            underWay[name, default: 0] += 1
            return true
        }
    }

    private func leave(_ name: String) { underWay.withLock { $0[name, default: 1] -= 1 } }
}

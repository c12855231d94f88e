internal import DaybookModel
internal import Synchronization

extension JobEngine {
    /// Hands commands over one right behind the other, so that nothing comes in between unless a turn is full, and
    /// answers what became of the last, which takes for granted what the others did.
    func performInOneGo(_ commands: [Command]) async throws -> Answer {
        try await performInOrder([commands])[0]
    }

    /// The same with many at once, in their order, and for all of them one wait.
    func performInOrder(_ lists: [[Command]]) async throws -> [Answer] {
        let replies = Replies(lists.count)
        return try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            for index in lists.indices {
                group.addTask {
                    let answer = try await withUnsafeThrowingContinuation { reply in
                        // Tasks begin in any order: the last of them hands over for all.
                        guard let all = replies.add(reply, at: index) else { return }
                        for (commands, reply) in zip(lists, all) { self.submit(commands, reply) }
                    }
                    return (index, answer)
                }
            }
            var answers: [Int: Answer] = [:]
            for try await (index, answer) in group { answers[index] = answer }
            return lists.indices.compactMap { answers[$0] }
        }
    }

    private func submit(_ commands: [Command], _ reply: UnsafeContinuation<Answer, any Error>) {
        do {
            for command in commands.dropLast() { try writer.inbox.submit(WriteRequest(command: command, reply: nil)) }
            try writer.inbox.submit(WriteRequest(command: commands[commands.count - 1], reply: reply))
        } catch {
            reply.resume(throwing: error)
        }
    }
}

/// Those who wait for an answer, until all of them are there.
private final class Replies: Sendable {
    private let waiting: Mutex<[UnsafeContinuation<Answer, any Error>?]>

    init(_ count: Int) {
        waiting = Mutex(Array(repeating: nil, count: count))
    }

    /// All of them, once this is the last.
    func add(
        _ reply: UnsafeContinuation<Answer, any Error>, at index: Int
    ) -> [UnsafeContinuation<Answer, any Error>]? {
        waiting.withLock { waiting in
            waiting[index] = reply
            let all = waiting.compactMap { $0 }
            return all.count == waiting.count ? all : nil
        }
    }
}

#if HummingbirdSupport || VaporSupport
    internal import Synchronization

    /// The pieces of an answer in another server, each made on the threads that answer requests, until the client has
    /// gone: then the one that is being made is given up, so that nobody listens for somebody who is not there.
    final class MountedPieces: Sendable {
        private struct State {
            var making: Task<[UInt8]?, any Error>?
            var isOver = false
        }

        private let makeNext: @Sendable () async throws -> [UInt8]?
        private let state = Mutex(State())

        init(_ stream: ResponseStream, for client: ClientPresence) {
            makeNext = stream.makeNext()
            client.whenGone { [weak self] in self?.stop() }
        }

        /// Sends a piece and then makes the next one. To whom nothing can be sent has gone; what breaks off throws, so
        /// that the server leaves out the last chunk.
        static func send(
            _ stream: ResponseStream, to client: ClientPresence, _ write: ([UInt8]) async throws -> Void
        ) async throws {
            let pieces = MountedPieces(stream, for: client)
            do {
                while let piece = try await pieces.next() { try await write(piece) }
            } catch {
                client.leave()
                throw error
            }
        }

        /// Nil at the end; throws if the client has gone.
        func next() async throws -> [UInt8]? {
            let making = state.withLock { state in
                if !state.isOver {
                    state.making = Task(executorPreference: AnswerThreads.shared) { [makeNext] in try await makeNext() }
                }
                return state.isOver ? nil : state.making
            }
            guard let making else { throw CancellationError() }
            let piece = try await withTaskCancellationHandler {
                try await making.value
            } onCancel: {
                making.cancel()
            }
            guard state.withLock({ !$0.isOver }) else { throw CancellationError() }
            return piece
        }

        private func stop() {
            state.withLock { state in
                state.isOver = true
                state.making?.cancel()
            }
        }
    }
#endif

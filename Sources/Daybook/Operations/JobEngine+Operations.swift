internal import DaybookLog
package import DaybookModel

extension JobEngine {
    /// Puts an operation into the log. It is done by whoever calls `performOperations()`, in this process or another.
    package func start(_ operation: Operation) async throws -> SequenceNumber {
        if operation.chosen?.count ?? 0 > Operation.chosenMax {
            throw Refusal(.badOption, "Choose at most \(Operation.chosenMax) jobs, or say what they have in common.")
        }
        var options: [JobOption] = [.queue(Operation.queue), .displayName(operation.displayName)]
        if let undone = operation.undoes {
            // Two who take back the same at once are given one operation.
            options.append(.requestID(try requestToUndo(undone)))
        }
        if let tenant = operation.tenant { options.append(.tenant(tenant)) }
        let request = JobRequest(Operation.jobName, arguments: try JSON.encode(operation), options)
        return try await enqueue([request], by: operation.person)[0].job.rawValue
    }

    private func requestToUndo(_ id: SequenceNumber) throws -> String {
        guard let found = try storage.operation(id) else {
            throw Refusal(.noSuchJob, "There is no operation \(id).")
        }
        guard found.operation.action.canBeUndone else {
            throw Refusal(
                .wrongState, "What \(found.operation.action.rawValue) has done cannot be taken back by an operation.")
        }
        guard found.job.state.isFinished else {
            throw Refusal(.wrongState, "Operation \(id) has not ended; cancel it first.")
        }
        if let undo = found.undoneBy {
            throw Refusal(.wrongState, "Operation \(id) is taken back already, by operation \(undo).")
        }
        for turn in 0..<Operation.undosMax {
            let request = Operation.undoRequest(of: id, turn)
            if try read({ try KeyBook.job(.request, request, in: $0) }) == nil { return request }
        }
        throw Refusal(.wrongState, "Operation \(id) could not be taken back \(Operation.undosMax) times.")
    }

    /// Whether operations wait to be done, by anybody.
    package func hasOperations() throws -> Bool {
        try queues().contains { $0.name == Operation.queue && ($0[.enqueued] > 0 || $0[.scheduled] > 0) }
    }

    /// Does operations, one after the other, until none is ready.
    package func performOperations() async throws {
        var runs = Runnable()
        runs.add(Operation.jobName, Runnable.anyVersion)
        while !Task.isCancelled, readiness != .stopping {
            let found = try await claimForOthers(
                upTo: 1, of: [Operation.queue], runs: runs, by: nil, waiting: .zero)
            guard let run = found.first else { return }
            await OperationRun(self, run).perform()
        }
    }

    /// What an operation has come to, once it has ended; nil if it has not within that time, or did not end well.
    package func end(of operation: SequenceNumber, within patience: Duration) async throws -> OperationTotals? {
        let clock = clock
        return try await withThrowingTaskGroup(of: OperationTotals?.self) { group in
            group.addTask { try await self.ended(operation) }
            group.addTask {
                try? await clock.pause(patience)
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private func ended(_ operation: SequenceNumber) async throws -> OperationTotals? {
        while true {
            try Task.checkCancellation()
            let ticket = try watch.ticketForAnything()
            let found = try storage.operation(operation)
            guard let found, !found.job.state.isFinished else { return found?.totals }
            guard try await ticket.wait() else { return nil }
        }
    }
}

extension Operation {
    /// So often somebody may begin to take back an operation where that comes to nothing.
    static let undosMax = 16

    static func undoRequest(of operation: SequenceNumber, _ turn: Int) -> String {
        "daybook.undo.operation:\(operation):\(turn)"
    }
}

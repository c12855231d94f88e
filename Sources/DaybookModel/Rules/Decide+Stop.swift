extension Books {
    /// A process ends in good order. What it still holds goes back in the same commit, for nobody will look for it
    /// afterwards: a result that could not be told, or a run that nobody waited for.
    mutating func stop(
        _ process: SequenceNumber, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        var left: [SequenceNumber] = []
        try RowKey.running(process: process, job: 0).withBytes { start in
            try ledgers.scan(.running, from: start) { key, _ in
                let row = RowKey(key)
                guard !row.isSentinel, row.first == process else { return false }
                left.append(row.second)
                return true
            }
        }
        for number in left {
            guard let record = try job(number, in: ledgers) else { continue }
            let body = try givenUp(
                record, .interrupted(reason: "the process stopped", charged: false), in: ledgers)
            try self.record(
                Event(of: number, record, at: decision.now, by: .process(process), body), of: record, &decision,
                in: ledgers)
        }
        return .done(
            at: decision.record(Event(time: decision.now, actor: .process(process), body: .processStopped)))
    }
}

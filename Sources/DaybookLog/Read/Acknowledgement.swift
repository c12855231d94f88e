package import DaybookModel

/// What a caller was told: this job stands in the log, and this event says so.
package struct Acknowledgement: Equatable, Sendable {
    package var job: SequenceNumber
    package var sequence: SequenceNumber

    package init(job: SequenceNumber, sequence: SequenceNumber) {
        self.job = job
        self.sequence = sequence
    }
}

extension LogVerifier {
    /// Every acknowledgement must be an event that created the job, or one that found it there.
    func checkAcknowledgements(_ draft: inout VerifyDraft) {
        var start = 0
        while start < options.acknowledgements.count {
            let end = min(start + 10_000, options.acknowledgements.count)
            do {
                try storage.read { log in
                    for acknowledgement in options.acknowledgements[start..<end] {
                        guard let sentence = try log.contradiction(to: acknowledgement) else { continue }
                        draft.findings.add(sentence, at: acknowledgement.sequence, .witness)
                    }
                }
            } catch {
                draft.note(ReadProblem(error, while: .events))
            }
            start = end
        }
    }
}

extension LogSnapshot {
    fileprivate func contradiction(to acknowledgement: Acknowledgement) throws -> String? {
        let (job, sequence) = (acknowledgement.job, acknowledgement.sequence)
        let claim = "Job \(job) was acknowledged with event \(sequence), "
        let head = try event(sequence) { value in try? EventHead(value, at: sequence) }
        guard let head else { return claim + "which is not in the log." }
        guard let head else { return claim + "which cannot be read." }
        guard head.job == job else { return claim + "which is about \(head.job == 0 ? "no job" : "job \(head.job)")." }
        switch EventKind(rawValue: head.kind) {
        case .created, .duplicate: return nil
        case let kind: return claim + "which is \(kind.map { "`\($0.name)`" } ?? "of an unknown kind")."
        }
    }
}

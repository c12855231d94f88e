package import DaybookModel

/// How far a log had come at some moment, kept outside of it: what the log must extend for ever.
package struct LogCheckpoint: Equatable, Sendable {
    /// 16 bytes: which store.
    package var identity: [UInt8]
    package var sequence: SequenceNumber
    package var root: Hash
    package var head: Hash

    package init(identity: [UInt8], sequence: SequenceNumber, root: Hash, head: Hash) {
        self.identity = identity
        self.sequence = sequence
        self.root = root
        self.head = head
    }
}

/// What a log has to say about a checkpoint: the root computed from its events, and the head it records there.
struct CheckpointProbe: Equatable, Sendable {
    let root: Hash
    let head: Hash
}

extension LogVerifier {
    /// The newest checkpoint was probed while the events were read. The roots that older ones vouch for follow from the
    /// stored nodes of the tree, which that reading has held against the events.
    func checkCheckpoints(_ probed: CheckpointProbe?, _ draft: inout VerifyDraft) {
        for checkpoint in options.checkpoints {
            // What lies before the beginning was not read.
            let isProbed =
                checkpoint.sequence == options.newestCheckpoint?.sequence && checkpoint.sequence > draft.start
            do {
                let probe = try isProbed ? probed : storage.read { try $0.probe(at: checkpoint.sequence) }
                check(checkpoint, probe, &draft)
            } catch let error as LogError where error.code == .notFound {
                draft.doubts.add(error.description, at: checkpoint.sequence)
            } catch {
                check(checkpoint, nil, &draft)
            }
        }
    }

    private func check(_ checkpoint: LogCheckpoint, _ probed: CheckpointProbe?, _ draft: inout VerifyDraft) {
        do {
            let identity = try storage.read { try $0.identity() }
            guard let one = checkpoint.objection(identity: identity, last: draft.last, probed: probed) else { return }
            draft.findings.add(one.sentence, at: one.sequence, one.matter)
        } catch {
            draft.note(ReadProblem(error, while: .opening))
        }
    }
}

extension LogCheckpoint {
    /// Why a log does not extend it; nil if it does.
    func objection(identity: [UInt8], last: SequenceNumber, probed: CheckpointProbe?) -> VerifyFinding? {
        guard identity == self.identity else {
            return VerifyFinding(
                "The checkpoint is another store's: this is not the store that it vouches for.", at: nil, .witness)
        }
        guard sequence <= last else {
            return VerifyFinding(
                "The log's tail is cut off: it ends with event \(last), and the checkpoint has seen event \(sequence).",
                at: last, .witness)
        }
        guard probed?.root != root || probed?.head != head else { return nil }
        let sentence =
            probed == nil
            ? "no commit that can be checked ends there"
            : "the log's events up to there are not those that the checkpoint has seen"
        return VerifyFinding("The log was rewritten before event \(sequence): \(sentence).", at: sequence, .witness)
    }
}

extension LogVerifier.Options {
    var newestCheckpoint: LogCheckpoint? { checkpoints.max { $0.sequence < $1.sequence } }
}

extension LogSnapshot {
    /// What the log says of itself as of the end of a commit, by its stored nodes.
    fileprivate func probe(at sequence: SequenceNumber) throws -> CheckpointProbe? {
        guard sequence <= (try last) else { return nil }
        return CheckpointProbe(
            root: try HistoryTree(of: self, count: sequence).root(), head: try seal(endingAt: sequence).head)
    }

    /// Whether the log, by its stored nodes, goes on from a checkpoint.
    package func goesOn(from checkpoint: LogCheckpoint) -> Bool { (try? requireExtension(of: checkpoint)) != nil }

    /// Throws unless the log goes on from the checkpoint.
    func requireExtension(of checkpoint: LogCheckpoint) throws {
        guard try identity() == checkpoint.identity else {
            throw LogError(.notFound, "The checkpoint is another store's; give one of this store.")
        }
        guard try probe(at: checkpoint.sequence) == CheckpointProbe(root: checkpoint.root, head: checkpoint.head) else {
            throw LogError(
                .damaged,
                """
                The log does not go on from the checkpoint, which has seen event \(checkpoint.sequence); run `daybook \
                log verify --checkpoint FILE`.
                """)
        }
    }

    /// The identity of the store, as its first event states it.
    func identity() throws -> [UInt8] {
        let event = try event(1) { try Event($0, at: 1) }
        guard case .genesis(let genesis)? = event?.body else {
            throw LogError(.damaged, "Event 1 is not what a log begins with.", at: 1)
        }
        return genesis.value.identity
    }
}

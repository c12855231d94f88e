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
    func checkCheckpoint(_ probed: CheckpointProbe?, _ draft: inout VerifyDraft) {
        guard let checkpoint = options.checkpoint else { return }
        do {
            let identity = try storage.read { try $0.identity() }
            guard identity == checkpoint.identity else {
                draft.findings.add("The checkpoint is another store's: this is not the store that it vouches for.")
                return
            }
        } catch {
            draft.note(ReadProblem(error, while: .opening))
            return
        }
        guard checkpoint.sequence <= draft.last else {
            draft.findings.add(
                """
                The log's tail is cut off: it ends with event \(draft.last), and the checkpoint has seen event \
                \(checkpoint.sequence).
                """,
                at: draft.last)
            return
        }
        guard probed?.root != checkpoint.root || probed?.head != checkpoint.head else { return }
        let sentence =
            probed == nil
            ? "no commit that can be checked ends there"
            : "the log's events up to there are not those that the checkpoint has seen"
        draft.findings.add(
            "The log was rewritten before event \(checkpoint.sequence): \(sentence).", at: checkpoint.sequence)
    }
}

extension LogSnapshot {
    /// The identity of the store, as its first event states it.
    func identity() throws -> [UInt8] {
        let event = try event(1) { try Event($0, at: 1) }
        guard case .genesis(let genesis)? = event?.body else {
            throw LogError(.damaged, "Event 1 is not what a log begins with.", at: 1)
        }
        return genesis.value.identity
    }
}

internal import DaybookLog
internal import DaybookModel

/// The shared store as one process sees it, where commits may go wrong.
///
/// Unchecked because everything here happens on the simulation's one thread.
final class ProcessStorage: LogStorage, @unchecked Sendable {
    private unowned let process: VirtualProcess
    private var world: World { process.world }

    init(_ process: VirtualProcess) {
        self.process = process
    }

    private struct Killed: Error {}

    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        try requireAlive()
        return try world.memory.read(body)
    }

    func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R {
        try requireAlive()
        let fault = world.drawCommitFault()
        let past = world.saboteur?.pastBeforeCommit(world.memory)
        var written: ClosedRange<SequenceNumber>?
        do {
            let result = try world.memory.write { transaction in
                let before = try transaction.last
                let result = try body(world.saboteur?.between(transaction) ?? transaction)
                let last = try transaction.last
                written = last > before ? before + 1...last : nil
                if written != nil { try ProcessStorage.fail(before: fault) }
                return result
            }
            guard let written else { return result }
            world.noteCommit(written, by: process, past)
            if fault == .crashAfter { throw Killed() }
            if fault == .unknownKept { throw ProcessStorage.unknown }
            return result
        } catch is Killed {
            world.kill(process)
            throw ProcessStorage.unknown
        }
    }

    private static func fail(before fault: CommitFault?) throws {
        switch fault {
        case .crashBefore: throw Killed()
        case .unknownLost: throw unknown
        case .full: throw LogError(.diskFull, "No space is left on the virtual disk.")
        case .crashAfter, .unknownKept, nil: break
        }
    }

    private static let unknown = LogError(.unknownOutcome, "The commit failed on its way to the virtual disk.")

    private func requireAlive() throws {
        guard !process.isGone else { throw ProcessStorage.unknown }
    }
}

/// What may become of a commit.
enum CommitFault {
    case crashBefore, crashAfter, unknownLost, unknownKept, full
}

/// A commit, and when it was made.
struct VirtualCommit {
    let events: ClosedRange<SequenceNumber>
    let monotonic: UInt64
    let process: SequenceNumber
}

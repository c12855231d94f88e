// The verification runs in a child, because damage may kill whoever reads it. The child says where it is before each
// stretch and at the end what it found; when it dies without having come to its end, the stretch that it was reading is
// what is damaged. With several threads that is a guess, so such a death is looked at again with one, in small
// steps.

import DaybookLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The parent's side.
struct VerifyInChild {
    private let arguments: [String]
    private let progress: Progress
    /// They last as long as the children that read them.
    private let kept: VerifyLog.KeptFiles

    init(_ kept: VerifyLog.KeptFiles, _ call: Invocation, _ context: CommandContext) throws {
        var arguments = ["log", "verify-here", "--data=\(context.folder)"]
        if call.has(VerifyLog.full) { arguments.append("--full") }
        if let acknowledgements = kept.acknowledgements { arguments.append("--acks=\(acknowledgements.path)") }
        if let checkpoints = kept.checkpoints { arguments.append("--checkpoint=\(checkpoints.path)") }
        self.kept = kept
        self.arguments = arguments
        progress = Progress(context.log)
    }

    func run() throws -> VerifyReport {
        defer { withExtendedLifetime(kept) {} }
        let (transcript, exit) = try hear(arguments)
        guard transcript.wantsSecondRun(after: exit) else { return transcript.conclusion(exit) }
        let (second, secondExit) = try hear(arguments + ["--workers=1", "--step=\(VerifyTranscript.carefulStep)"])
        return second.conclusion(secondExit)
    }

    private func hear(_ arguments: [String]) throws -> (VerifyTranscript, VerifyExit) {
        var transcript = VerifyTranscript()
        var pending: [UInt8] = []
        let (exit, error) = try SpawnedSelf(arguments).read { piece in
            pending += piece
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                transcript.take(String(decoding: pending[..<end], as: UTF8.self))
                pending.removeFirst(end + 1)
            }
            if let latest = transcript.latest { progress.update(latest) }
        }
        progress.end()
        switch exit {
        case .killed(let signal) where VerifyInChild.signalsFromOutside.contains(signal):
            throw Failure.unusable(
                "The verification was stopped from outside (signal \(signal)), so nothing can be said of the store; "
                    + "start it again."
            )
        case .exited(let code) where code != 0:
            // It has said itself why it could not begin.
            _ = Descriptor.write(kept.named(in: error), to: OwnStandardError.descriptor)
            throw Failure(ExitCode(rawValue: code) ?? .unusable, nil)
        default: return (transcript, exit)
        }
    }

    private static let signalsFromOutside = [SIGKILL, SIGTERM, SIGINT, SIGHUP]
}

// The verification runs in a child, because damage may kill whoever reads it. The child tells how far it is before each stretch, and at the
// end `report CODE` and then what is to be printed; when it dies without having said that, the stretch it was reading is what is damaged.

import DaybookLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The parent's side.
final class VerifyInChild {
    private let call: Invocation
    private let context: CommandContext
    private let progress: Progress
    private var pending: [UInt8] = []
    private var last: ReadProgress?
    private var code: ExitCode?
    private var report: [UInt8] = []

    init(_ call: Invocation, _ context: CommandContext) {
        self.call = call
        self.context = context
        progress = Progress(context.log)
    }

    func run() throws {
        let (end, error) = try SpawnedSelf(arguments()).read(take)
        progress.end()
        guard let code else { throw try verdict(on: end, error) }
        _ = Descriptor.write(error, to: OwnStandardError.descriptor)
        try context.output.write(report)
        if code != .done { throw Failure(code, nil) }
    }

    private func arguments() throws -> [String] {
        var arguments = ["log", "verify-here", "--data=\(context.folder)"]
        if context.isJSON { arguments.append("--json") }
        if let acknowledgements = try call.value(VerifyLog.acknowledgements) {
            arguments.append("--acks=\(acknowledgements)")
        }
        return arguments
    }

    /// Takes whole lines of progress, and all that follows the line of the report.
    private func take(_ piece: [UInt8]) {
        if code != nil {
            report += piece
            return
        }
        pending += piece
        while code == nil, let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: pending[..<end], as: UTF8.self)
            pending.removeFirst(end + 1)
            switch VerifyMessage(line) {
            case .progress(let reading):
                last = reading
                progress.update(reading)
            case .report(let code):
                self.code = code
                report = pending
            case nil: break
            }
        }
    }

    /// The child ended without a report.
    private func verdict(on end: SpawnedSelf.End, _ error: [UInt8]) throws -> Failure {
        if case .signal(let signal) = end, [SIGKILL, SIGTERM, SIGINT, SIGHUP].contains(signal) {
            return .unusable("The verification was stopped from outside (signal \(signal)); nothing can be said of the store.")
        }
        let sentence =
            if let last, last.phase != .opening {
                "reading \(last.phase.object) from \(last.position) on, of \(last.total), ends the process that does it"
            } else {
                "opening it ends the process that does it"
            }
        try context.print { json in
            json.object { json in
                json.field("verdict", VerifyVerdict.damaged.rawValue)
                json.key("findings")
                json.array { json in json.object { $0.field("text", sentence) } }
            }
        } text: {
            ["damaged: \(sentence); save what can be read with `daybook recover`"]
        }
        return Failure(.no, nil)
    }
}

/// A line that the child says to its parent.
enum VerifyMessage: Equatable {
    case progress(ReadProgress)
    /// Behind this line comes what is to be printed.
    case report(ExitCode)

    init?(_ line: String) {
        let words = line.split(separator: " ")
        switch words.first {
        case "progress":
            guard words.count == 4, let phase = ReadProgress.Phase(rawValue: String(words[1])),
                let position = UInt64(words[2]), let total = UInt64(words[3])
            else { return nil }
            self = .progress(ReadProgress(phase, at: position, of: total))
        case "report":
            guard words.count == 2, let code = Int32(words[1]).flatMap(ExitCode.init(rawValue:)) else { return nil }
            self = .report(code)
        default: return nil
        }
    }

    var line: String {
        switch self {
        case .progress(let reading): "progress \(reading.phase.rawValue) \(reading.position) \(reading.total)"
        case .report(let code): "report \(code.rawValue)"
        }
    }
}

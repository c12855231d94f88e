// Many jobs from standard input. What has come when a commit is over goes into the next one together, as much as a turn
// may hold, so that a program that writes thousands of lines waits for the disk a few times only, and one that waits
// for each answer is answered at once. Answers come in the order of the lines, and each only when its commit is
// durable.

import DaybookLog
import DaybookModel

struct EnqueueLines {
    private enum Entry {
        case command(line: Int, Command)
        case error(line: Int, Failure)
    }

    private let context: CommandContext
    private let store: CommandStore
    private var lines = LineReader(0, lineBytesMax: JobRequest.argumentsBytesMax + (64 << 10))
    private var worst = ExitCode.done

    private static let commandsMax = 2_000
    private static let bytesMax = 4 << 20

    init(_ context: CommandContext) throws {
        self.context = context
        store = try CommandStore.writing(context)
    }

    mutating func run() throws {
        defer { store.close() }
        while let batch = try nextBatch() { try perform(batch) }
        if worst != .done { throw Failure(worst, nil) }
    }

    /// Waits for a line, then takes what else is there; nil at the end.
    private mutating func nextBatch() throws(Failure) -> [Entry]? {
        var batch: [Entry] = []
        var byteCount = 0
        while true {
            guard let line = try lines.next("-") else { return batch.isEmpty ? nil : batch }
            byteCount += line.bytes.count
            if let entry = entry(line) { batch.append(entry) }
            guard batch.count < EnqueueLines.commandsMax, byteCount < EnqueueLines.bytesMax, try lines.hasNext("-")
            else {
                return batch
            }
        }
    }

    /// Nil for an empty line, which means nothing.
    private func entry(_ line: LineReader.Line) -> Entry? {
        do throws(Failure) {
            if line.isTooLong { throw .wrongCall("The line is longer than any job can be; keep large data elsewhere.") }
            if line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
            return .command(line: line.number, try JobRequest(line: line.bytes).command(in: store))
        } catch {
            return .error(line: line.number, error)
        }
    }

    private mutating func perform(_ batch: [Entry]) throws {
        var commands: [Command] = []
        for case .command(_, let command) in batch { commands.append(command) }
        var answers = try answers(to: commands, of: batch)[...]
        var told: [EnqueueAnswer] = []
        for entry in batch {
            switch entry {
            case .error(let line, let failure): note(line, failure)
            case .command(let line, _):
                guard let answer = answers.popFirst() else { break }
                do {
                    told.append(try EnqueueAnswer(answer))
                } catch let refusal as Refusal {
                    note(line, Failure(refusal))
                }
            }
        }
        try UnheardAnswers.tell(told, context) {
            for answer in told { try context.output.line(answer.line(context)) }
            try context.output.flush(whenClosed: .unusable)
        }
    }

    private mutating func answers(to commands: [Command], of batch: [Entry]) throws -> [Answer] {
        guard !commands.isEmpty else { return [] }
        do {
            return try store.perform(commands)
        } catch let error as LogError where error.code == .unknownOutcome {
            for entry in batch {
                switch entry {
                case .error(let line, let failure): note(line, failure)
                case .command(let line, _): StandardError.line("unknown \(line)")
                }
            }
            throw Failure(error)
        }
    }

    private mutating func note(_ line: Int, _ failure: Failure) {
        StandardError.line("error \(line): \(failure.sentence ?? "")")
        // A line that is wrong weighs more than one that was refused.
        worst = max(worst, failure.code)
    }
}

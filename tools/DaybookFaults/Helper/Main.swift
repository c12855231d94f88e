// A process to do things to: it opens a store, works on it or holds it, and does as it is told, so that tests can stop
// it, kill it and put faults under it. What each command does stands beside it in `Helper.commands`.

internal import DaybookLog

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

@main
enum Helper {
    struct Usage: Error {}

    static let commands: [String: @Sendable ([String]) throws -> Void] = [
        "open": open, "hold": hold, "hold-read": holdRead, "hold-write": holdWrite, "append": append, "check": check,
        "follow": follow, "steps": steps,
    ]

    static func main() {
        var words = Array(CommandLine.arguments.dropFirst())
        guard let name = words.first, let command = commands[name] else {
            complain("usage: DaybookFaults \(commands.keys.sorted().joined(separator: "|")) FOLDER …")
            exit(2)
        }
        words.removeFirst()
        do {
            try command(words)
        } catch let error as LogError {
            complain(error.description)
            exit(error.exitCode)
        } catch {
            complain("\(error)")
            exit(2)
        }
    }

    static func folder(_ words: [String]) throws -> String {
        guard let path = words.first else { throw Usage() }
        return path
    }
}

extension LogError {
    /// As the command line has it: 1 the answer is no, 2 the call is wrong, 3 the store cannot be used.
    var exitCode: Int32 {
        switch code {
        case .damaged, .notFound, .refused: 1
        case .badInput: 2
        case .stopped: 130
        case .unusable, .keyRefused, .upgraded, .diskFull, .unknownOutcome, .headMoved: 3
        }
    }
}

/// Writes a line at once: whoever reads it acts on it, or counts on it after this process was killed.
func say(_ line: String) {
    put(line, on: STDOUT_FILENO)
}

func complain(_ line: String) {
    put(line, on: STDERR_FILENO)
}

func put(_ line: String, on descriptor: Int32) {
    let bytes = Array((line + "\n").utf8)
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { exit(4) }
        written += count
    }
}

/// Waits until whoever started this process closes its standard input.
func waitForEnd() {
    var byte: UInt8 = 0
    while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || count < 0 && errno != EINTR { return }
    }
}

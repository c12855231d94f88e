// Runs one job as a shell command. The child gets a process group of its own, so that whatever it starts can be
// ended with it; arguments reach it on standard input and never become part of a command line.

import Daybook
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a shell command came to.
struct ShellResult: Sendable {
    let exit: ShellExit
    let output: [UInt8]
    /// The end of what it wrote to standard error.
    let errorTail: String
}

enum ShellExit: Sendable, Equatable {
    case code(Int32)
    case signal(Int32)
    case notStarted(String)
}

struct ShellJob: Sendable {
    let command: String
    let arguments: [UInt8]
    let context: JobContext
    let groups: ProcessGroups
    let ending = ShellEnding()

    /// More than this of standard output is no result.
    static let outputBytesMax = 256 << 10
    private static let errorBytesMax = 64 << 10
    /// How often to look whether the child has ended although somebody else holds its pipes open.
    private static let lookMilliseconds: Int32 = 100

    /// Whoever is killed before the child's group stands in the process's file leaves nobody behind: the child then
    /// finds the gate closed and ends before it has begun.
    private static let gate = "read -r go <&3 || exit 1; exec 3<&-; exec /bin/sh -c \"$1\""
    private static let gateDescriptor: Int32 = 3

    /// Runs the command and waits for it. Blocks: call it on a thread of its own.
    func run() -> ShellResult {
        var pipes = Pipes()
        let started = groups.starting { pipes.open() ? start(pipes) : .failure(ChildProcess.Failure(code: errno)) }
        let child: pid_t
        switch started {
        case .success(let pid): child = pid
        case .failure(let error):
            pipes.closeAll()
            return ShellResult(
                exit: .notStarted("the shell could not be started: \(Descriptor.text(of: error.code))"), output: [],
                errorTail: "")
        }
        groups.add(child)
        context.setChildGroup(child)
        ending.start(child)
        pipes.closeChildEnds()
        pipes.openGate()
        let (status, output, error) = attend(child, &pipes)
        // What the job left running must not outlive it.
        kill(-child, SIGKILL)
        ending.end()
        groups.remove(child, mark)
        context.setChildGroup(0)
        pipes.closeAll()
        return ShellResult(
            exit: exitOf(status), output: output, errorTail: String(decoding: error, as: UTF8.self))
    }

    private func exitOf(_ status: Int32) -> ShellExit {
        let signal = status & 0x7F
        return signal == 0 ? .code(status >> 8 & 0xFF) : .signal(signal)
    }

    private func start(_ pipes: Pipes) -> Result<pid_t, ChildProcess.Failure> {
        let shell = "/bin/sh"
        return ChildProcess(shell, [shell, "-c", ShellJob.gate, shell, command], environment: variables()).start([
            STDIN_FILENO: .same(as: pipes.input.read), STDOUT_FILENO: .same(as: pipes.output.write),
            STDERR_FILENO: .same(as: pipes.error.write), ShellJob.gateDescriptor: .same(as: pipes.gate.read),
        ])
    }

    private func variables() -> [String] {
        Surroundings.environment().filter { !$0.hasPrefix("DAYBOOK_") } + [
            "DAYBOOK_JOB_ID=\(context.id)", "DAYBOOK_JOB_NAME=\(context.name)", "DAYBOOK_ATTEMPT=\(context.attempt)",
            "DAYBOOK_QUEUE=\(context.queue)",
        ] + mark.variables
    }

    private var mark: RunMark { RunMark(store: groups.store, tokens: [context.token]) }

    /// Feeds and drains the child until it has ended.
    private func attend(_ child: pid_t, _ pipes: inout Pipes) -> (status: Int32, output: [UInt8], error: [UInt8]) {
        var output: [UInt8] = []
        var error: [UInt8] = []
        var lines = ShellLines(context)
        defer { lines.end() }
        var sent = 0
        var status: Int32 = 0
        var drainedLook: Int32 = 1
        while true {
            var polls = [
                pollfd(fd: sent < arguments.count ? pipes.input.write : -1, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: pipes.output.read, events: Int16(POLLIN), revents: 0),
                pollfd(fd: pipes.error.read, events: Int16(POLLIN), revents: 0),
            ]
            if sent == arguments.count { pipes.closeInput() }
            let isDrained = pipes.output.read == -1 && pipes.error.read == -1
            if isDrained, waitpid(child, &status, WNOHANG) == child { return (status, output, error) }
            // Who has closed its output ends at once, as a rule; who lives on may still have to be told to end.
            poll(&polls, 3, isDrained ? drainedLook : ShellJob.lookMilliseconds)
            if isDrained { drainedLook = min(drainedLook * 2, ShellJob.lookMilliseconds) }
            ending.look()
            if polls[0].revents != 0, !pipes.feed(arguments, &sent) { sent = arguments.count }
            if polls[1].revents != 0 { pipes.drainOutput(into: &output, max: ShellJob.outputBytesMax + 1) }
            if polls[2].revents != 0 { pipes.drainError(into: &error, keeping: ShellJob.errorBytesMax, &lines) }
            if polls.allSatisfy({ $0.revents == 0 }), waitpid(child, &status, WNOHANG) == child {
                return (status, output, error)
            }
        }
    }
}

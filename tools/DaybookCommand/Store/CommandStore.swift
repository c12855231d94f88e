import DaybookLog
import DaybookModel

/// The store as commands see it: snapshots to read, commands to perform. The one place that knows what stands behind that.
final class CommandStore {
    private let folder: StoreFolder
    private let writer: LogWriter
    private let host: HostFacts

    /// Opens the store for reading; it has to be there.
    static func reading(_ context: CommandContext) throws -> CommandStore {
        try CommandStore(context, .readOnly)
    }

    /// Opens the store for writing, and makes it if it is not there.
    static func writing(_ context: CommandContext) throws -> CommandStore {
        try CommandStore(context, .readWrite(createIfMissing: true))
    }

    private init(_ context: CommandContext, _ access: StoreFolder.Access) throws {
        CrashGuard.storeIsOpen(context.folder)
        host = try HostFacts.real()
        folder = try StoreFolder.open(context.folder, access, program: "daybook \(Version.text)")
        writer = LogWriter(folder.storage)
        context.log.log(.debug, "opened the store in \(context.folder)")
    }

    var path: String { folder.path }
    var identityText: String { folder.identity.withUnsafeBytes { Hexadecimal.text($0) } }

    func close() { folder.close() }

    // MARK: Reading

    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R { try folder.storage.read(body) }

    // MARK: Writing

    /// Performs all of the commands in one commit, and answers each once that is durable.
    func perform(_ commands: [Command]) throws -> [Answer] {
        try writer.turn(now: host.now()) { turn in
            var answers: [Answer] = []
            answers.reserveCapacity(commands.count)
            for command in commands { answers.append(try turn.perform(command)) }
            return answers
        }
    }

    /// Performs one command; a refusal is thrown.
    func perform(_ command: Command) throws -> Answer {
        let answer = try perform([command])[0]
        if case .refused(let refusal) = answer { throw refusal }
        return answer
    }

    // MARK: What commands draw from their surroundings

    var now: Instant { host.now() }

    /// Whoever runs the command.
    var person: Actor { .person(host.user) }

    var client: String { "\(host.user)@\(host.host) daybook/\(Version.text)" }

    func randomNumber() throws -> UInt64 {
        try host.randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

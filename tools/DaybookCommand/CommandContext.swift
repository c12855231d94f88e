import DaybookModel

/// What a command works with, apart from its own options.
struct CommandContext {
    /// The store's folder.
    let folder: String
    /// All commands, for those that speak about the others.
    let tree: CommandTree
    /// JSON on standard output instead of text for people.
    let isJSON: Bool
    let output: StandardOutput
    let log: StandardError
    let terminal: Terminal

    init(_ call: Invocation, of tree: CommandTree, output: StandardOutput) throws(Failure) {
        folder =
            try call.value(GlobalOptions.data)
            ?? Surroundings.variable("DAYBOOK_DATA").flatMap { $0.isEmpty ? nil : $0 } ?? "./daybook-data"
        isJSON = call.has(GlobalOptions.json)
        self.tree = tree
        self.output = output
        log = StandardError(
            level: try call.value(GlobalOptions.logLevel) ?? .info,
            format: try call.value(GlobalOptions.logFormat) ?? .text)
        terminal = .ofStandardOutput()
    }

    /// One JSON value, or what a person reads.
    func print(json: (inout JSONWriter) throws -> Void, text: () throws -> [String]) throws {
        if isJSON {
            var writer = JSONWriter()
            try json(&writer)
            try output.line(writer.bytes)
        } else {
            for line in try text() { try output.line(StandardError.printable(line)) }
        }
    }
}

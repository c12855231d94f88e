/// Options that every command takes, before or after its name.
enum GlobalOptions {
    static let data = Option(
        "--data", .folder(), "the store's folder (else $DAYBOOK_DATA, else ./daybook-data)")
    static let json = Flag("--json", "one JSON value, or JSON Lines for a list, on standard output")
    static let logLevel = Option(
        "--log-level", ValueKind<LogLevel>.word("LEVEL"),
        "how much is said on standard error: debug, info, warning or error")
    static let logFormat = Option(
        "--log-format", ValueKind<LogFormat>.word("FORMAT"), "how it is said: text or json")
    static let help = Flag("--help", "what the command does and takes")
    /// What everybody tries first. It is in no list, so that there is one way to say it.
    static let shortHelp = "-h"
    static let version = Flag("--version", "the version of this program")

    static func asksForHelp(_ argument: String) -> Bool {
        argument == shortHelp || argument == help.description.name
    }

    static let all: [OptionDescription] = [
        data.description, json.description, logLevel.description, logFormat.description, help.description,
        version.description,
    ]
}

enum LogLevel: String, CaseIterable, Sendable, Comparable {
    case debug, info, warning, error

    static func < (left: LogLevel, right: LogLevel) -> Bool {
        LogLevel.allCases.firstIndex(of: left)! < LogLevel.allCases.firstIndex(of: right)!
    }
}

enum LogFormat: String, CaseIterable, Sendable {
    case text, json

    /// What a call asks for, even if it cannot be read in full: what is wrong with it is said in that form too.
    init(askedBy arguments: [String]) {
        let name = GlobalOptions.logFormat.description.name
        let words = arguments.prefix { $0 != "--" }
        let isJSON = words.contains("\(name)=json") || zip(words, words.dropFirst()).contains { $0 == (name, "json") }
        self = isJSON ? .json : .text
    }
}

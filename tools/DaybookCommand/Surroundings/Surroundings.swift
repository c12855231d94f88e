#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the process finds around itself.
enum Surroundings {
    static func variable(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        return String(cString: value)
    }

    /// All variables, as `NAME=value`; those that are not text are left out.
    static func environment() -> [String] {
        var variables: [String] = []
        var entry = environ
        while let text = entry.pointee {
            if let variable = String(validatingCString: text) { variables.append(variable) }
            entry += 1
        }
        return variables
    }

    /// The program as it was called: a path, or a name that a shell found.
    static var program: String {
        CommandLine.unsafeArgv[0].flatMap { String(validatingCString: $0) } ?? "daybook"
    }

    /// The arguments behind the program's name. Ones that are not text are refused: they could not be told apart in
    /// errors or in the log.
    static func arguments() throws(Failure) -> [String] {
        var arguments: [String] = []
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let bytes = CommandLine.unsafeArgv[index] else { break }
            guard let text = String(validatingCString: bytes) else {
                throw .wrongCall("Argument \(index) is not UTF-8; give it in UTF-8.")
            }
            arguments.append(text)
        }
        return arguments
    }
}

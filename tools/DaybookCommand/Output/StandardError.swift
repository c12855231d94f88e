import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Standard error: sentences for whoever is there to read them. That nobody is never ends a command.
struct StandardError: Sendable {
    let level: LogLevel
    let format: LogFormat

    init(level: LogLevel = .info, format: LogFormat = .text) {
        self.level = level
        self.format = format
    }

    /// A line as it is.
    static func line(_ text: String) {
        _ = Descriptor.write(Array((printable(text) + "\n").utf8), to: OwnStandardError.descriptor)
    }

    func log(_ level: LogLevel, _ message: @autoclosure () -> String) {
        guard level >= self.level else { return }
        switch format {
        case .text: StandardError.line("daybook: \(level.rawValue): \(message())")
        case .json:
            var json = JSONWriter()
            json.object { json in
                json.field("level", level.rawValue)
                json.field("message", message())
            }
            _ = Descriptor.write(json.bytes + [UInt8(ascii: "\n")], to: OwnStandardError.descriptor)
        }
    }

    /// Nothing that comes from outside may move a terminal's cursor or forge a line.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                result += scalar.escaped(asASCII: true)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        // What joins letters, or keeps them apart, is written in several languages and in emoji.
        if scalar == "\u{200C}" || scalar == "\u{200D}" { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

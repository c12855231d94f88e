#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What standard output leads to: whether a person looks at it, how wide it is and whether colour is welcome.
struct Terminal: Sendable {
    /// `nil` where lines may be as long as they like.
    let width: Int?
    let hasColour: Bool

    static let none = Terminal(width: nil, hasColour: false)

    static func ofStandardOutput() -> Terminal {
        guard isatty(STDOUT_FILENO) == 1 else { return .none }
        let refusesColour = Surroundings.variable("NO_COLOR").map { !$0.isEmpty } ?? false
        return Terminal(
            width: windowWidth() ?? 80, hasColour: !refusesColour && Surroundings.variable("TERM") != "dumb")
    }

    private static func windowWidth() -> Int? {
        if let columns = Surroundings.variable("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

enum Colour: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case grey = "90"
    case bold = "1"
}

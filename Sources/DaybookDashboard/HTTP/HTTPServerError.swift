#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Why a server cannot serve, and what to do about it.
public struct HTTPServerError: Error, Sendable, CustomStringConvertible {
    /// A sentence for people.
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    static func system(_ doing: String, _ code: Int32) -> HTTPServerError {
        HTTPServerError("Cannot \(doing): \(String(cString: strerror(code))).")
    }
}

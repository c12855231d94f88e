#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Helper {
    /// The lines of a file that ended: one that a kill cut short was never said.
    static func lines(of path: String) throws -> [String] {
        guard let file = fopen(path, "r") else { throw Usage() }
        defer { fclose(file) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&part, 1, part.count, file)
            if count == 0 { break }
            text += part[..<count]
        }
        guard let end = text.lastIndex(of: 0x0A) else { return [] }
        return text[..<end].split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
}

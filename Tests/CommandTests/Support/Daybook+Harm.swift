import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Spoiling a store by hand.
extension Daybook {
    var dataFile: String { store + "/data.mdb" }

    func contents(of path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count <= 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    func contentsIfThere(of path: String) throws -> [UInt8]? {
        access(path, F_OK) == 0 ? try contents(of: path) : nil
    }

    /// Puts `bytes` in the place of what the file holds.
    func replace(_ path: String, with bytes: [UInt8]) throws {
        try #require(truncate(path, 0) == 0)
        try overwrite(path, at: 0, bytes)
    }

    func overwrite(_ path: String, at offset: Int, _ bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count)
    }

    /// A store with so many jobs.
    func fill(_ count: Int) throws {
        let lines = (0..<count).map { #"{"name":"n\#($0 % 5)","key":"k\#($0)"}"# }.joined(separator: "\n")
        try #require(try run("enqueue", "--stdin", input: lines).code == 0)
    }
}

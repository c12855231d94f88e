#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file for its owner alone.
enum PrivateFile {
    private static let bytesMax = 1 << 20

    /// The whole of it. Refused if anybody else may read or change it, or if it belongs to somebody else.
    static func read(_ path: String) throws(AuthFileError) -> [UInt8] {
        // What is no file may have nobody at its other end, and is not waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw AuthFileError("\(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw AuthFileError("\(path) is not a file.")
        }
        guard facts.st_mode & 0o077 == 0 else {
            throw AuthFileError("\(path) is open to others; run `chmod 600 \(path)`.")
        }
        guard facts.st_uid == geteuid() || facts.st_uid == 0 else {
            throw AuthFileError("\(path) belongs to somebody else; run `chown` or use your own.")
        }
        guard facts.st_size <= bytesMax else { throw AuthFileError("\(path) is larger than 1 MB.") }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = systemRead(descriptor, &part)
            guard count > 0, bytes.count <= bytesMax else { return bytes }
            bytes += part[..<count]
        }
    }

    /// Replaces the file, whole or not at all.
    static func write(_ bytes: [UInt8], to path: String) throws(AuthFileError) {
        let draft = "\(path).new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw AuthFileError("\(draft) cannot be written: \(String(cString: strerror(errno))).")
        }
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { systemWrite(descriptor, $0) }
            guard count > 0 else { break }
            offset += count
        }
        let isWhole = offset == bytes.count && fchmod(descriptor, 0o600) == 0 && fsync(descriptor) == 0
        close(descriptor)
        guard isWhole, rename(draft, path) == 0 else {
            let code = errno
            unlink(draft)
            throw AuthFileError("\(path) cannot be written: \(String(cString: strerror(code))).")
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

private func systemRead(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Int { read(descriptor, &bytes, bytes.count) }
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

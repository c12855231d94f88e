#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Files outside the store's folder that are read whole or added to: keys and checkpoints.
package enum LooseFile {
    private static let bytesMax = 16 << 20

    package static func contents(_ path: String) throws(LogError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= bytesMax else {
                throw LogError(.badInput, "\(path) holds more than \(bytesMax >> 20) MB; give the right file.")
            }
        }
    }

    /// What a file ends with.
    package static func end(of path: String, bytesMax: Int) throws(LogError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size >= 0 else { throw unreadable(path, errno) }
        var bytes = [UInt8](repeating: 0, count: min(size, bytesMax))
        let start = off_t(size - bytes.count)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, start) }
        guard count >= 0 else { throw unreadable(path, errno) }
        return Array(bytes[..<count])
    }

    /// Adds a line, whole or not at all, and returns when it is on the disk. A file that is not there is made with
    /// mode 0600.
    package static func append(line: [UInt8], to path: String) throws(LogError) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LogError(errno: errno, doing: "write \(path)") }
        defer { close(descriptor) }
        // One at a time, so that what is taken back is nobody else's.
        flock(descriptor, LOCK_EX)
        let length = lengthOfFile(descriptor)
        do throws(LogError) {
            try append(isTorn(path, length) ? [newline] + line : line, to: descriptor, path)
        } catch {
            // What a full disk has left of it would spoil the next.
            if let length { _ = ftruncate(descriptor, length) }
            throw error
        }
    }

    private static let newline = UInt8(ascii: "\n")

    /// Nil for what is no file.
    private static func lengthOfFile(_ descriptor: Int32) -> off_t? {
        var found = stat()
        guard fstat(descriptor, &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return nil }
        return found.st_size
    }

    /// Whether the last line lacks its end: somebody was cut off while writing it.
    private static func isTorn(_ path: String, _ length: off_t?) -> Bool {
        guard let length, length > 0 else { return false }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var last = newline
        return pread(descriptor, &last, 1, length - 1) == 1 && last != newline
    }

    private static func append(_ line: [UInt8], to descriptor: Int32, _ path: String) throws(LogError) {
        let bytes = line + [newline]
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw LogError(errno: count < 0 ? errno : ENOSPC, doing: "write \(path)") }
            written += count
        }
        // What cannot be flushed, such as a pipe, has been handed over.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw LogError(errno: errno, doing: "flush \(path)")
        }
    }

    private static func unreadable(_ path: String, _ code: Int32) -> LogError {
        LogError(.badInput, "\(path) cannot be read (\(systemMessage(code))); name a file that can.")
    }
}

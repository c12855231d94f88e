import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The folder in which the system keeps its zone files.
struct ZoneFolder: Sendable {
    let path: String

    /// The bytes of a zone's file. The name must have been checked.
    func contents(ofZone name: String) throws(ZoneError) -> [UInt8] {
        switch Self.bytes(ofFile: path + "/" + name, atMost: Self.largestFile + 1) {
        case .success(let bytes) where bytes.count <= Self.largestFile:
            return bytes
        case .success:
            throw ZoneError(.malformed, "\(quoted(name)) is too large for a zone file")
        case .failure(let failure):
            throw error(for: failure, zone: name)
        }
    }

    /// macOS and the BSDs keep the release in `+VERSION`, Linux at the head of `tzdata.zi` (`# version 2026a`).
    func dataVersion() -> String? {
        if let line = firstLine(of: "+VERSION"), !line.isEmpty { return line }
        let prefix = "# version "
        guard let line = firstLine(of: "tzdata.zi"), line.hasPrefix(prefix) else { return nil }
        return String(line.dropFirst(prefix.count))
    }

    private func firstLine(of file: String) -> String? {
        guard case .success(let bytes) = Self.bytes(ofFile: path + "/" + file, atMost: 64) else { return nil }
        let line = bytes.prefix { (0x20...0x7E).contains($0) }
        return String(decoding: line, as: UTF8.self)
    }

    private func error(for failure: Failure, zone name: String) -> ZoneError {
        switch failure {
        case .notAFile:
            return ZoneError(.unknown, "\(quoted(name)) is not a time zone but a folder or device in \(path)")
        case .system(ENOENT), .system(ENOTDIR):
            // Every installation has this zone; if it is missing there is no zone data.
            guard access(path + "/Etc/UTC", R_OK) == 0 else {
                return ZoneError(
                    .noZoneData,
                    "there is no time zone data in \(path), so \(quoted(name)) cannot be looked up; "
                        + "install it (the package is called tzdata) or use UTC")
            }
            return ZoneError(
                .unknown,
                "there is no time zone \(quoted(name)) in \(path); "
                    + "names look like Europe/Berlin, and capital letters count")
        case .system(let code):
            return ZoneError(
                .unreadable, "\(path)/\(name) cannot be read: \(String(cString: strerror(code))); check its permissions"
            )
        }
    }

    private enum Failure: Error {
        case notAFile
        case system(Int32)
    }

    private static func bytes(ofFile path: String, atMost limit: Int) -> Result<[UInt8], Failure> {
        // Not blocking, so that a pipe put in a zone's place cannot hang the caller.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(.system(errno)) }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { return .failure(.system(errno)) }
        guard information.st_mode & S_IFMT == S_IFREG else { return .failure(.notAFile) }

        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            // Unsafe only because `read` takes a pointer: it writes at most as many bytes as the rest of the buffer
            // has.
            let result = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                return read(descriptor, rest.baseAddress, rest.count)
            }
            if result < 0 {
                if errno == EINTR { continue }
                return .failure(.system(errno))
            }
            if result == 0 { break }
            count += result
        }
        return .success(Array(bytes.prefix(count)))
    }

    /// Real files have a few kilobytes.
    private static let largestFile = 256 * 1_024
}

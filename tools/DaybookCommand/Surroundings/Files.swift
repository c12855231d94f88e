#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files outside the store: arguments, exports, lists of acknowledgements.
enum Files {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The whole of a file, which may not be larger than `bytesMax`. `-` is standard input.
    static func contents(_ path: String, bytesMax: Int) throws(Failure) -> [UInt8] {
        let descriptor = try open(path)
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        while true {
            let count = Descriptor.read(descriptor, count: 1 << 16, into: &bytes)
            if count == 0 { return bytes }
            guard count > 0 else { throw unreadable(path, Int32(-count)) }
            guard bytes.count <= bytesMax else {
                throw .wrongCall("\(name(path)) holds more than \(bytesMax) bytes; give less.")
            }
        }
    }

    /// Hands all that a descriptor has to `take`, a piece at a time.
    static func forEachPiece(
        of descriptor: Int32, _ path: String, _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var piece: [UInt8] = []
        while true {
            piece.removeAll(keepingCapacity: true)
            let count = Descriptor.read(descriptor, count: 1 << 18, into: &piece)
            guard count >= 0 else { throw unreadable(path, Int32(-count)) }
            if count == 0 { return }
            try piece.withUnsafeBytes(take)
        }
    }

    /// A descriptor to read from; standard input's own for `-`.
    static func open(_ path: String) throws(Failure) -> Int32 {
        if path == "-" { return STDIN_FILENO }
        let descriptor = systemOpen(path)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        // Some systems give `/dev/fd/N` the place where others have stopped reading. A pipe has none.
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    /// Removes a folder and all that is in it, as far as that can be done. Links are removed and not followed.
    static func remove(_ folder: String) {
        guard let stream = opendir(folder) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let path = "\(folder)/\(name)"
            if unlink(path) != 0 { remove(path) }
        }
        closedir(stream)
        rmdir(folder)
    }

    static func unreadable(_ path: String, _ code: Int32) -> Failure {
        .wrongCall("\(name(path)) cannot be read (\(Descriptor.text(of: code))); name a file that can.")
    }

    static func unwritable(_ path: String, _ code: Int32) -> Failure {
        .wrongCall("\(name(path)) cannot be written (\(Descriptor.text(of: code))); name a file that can.")
    }

    static func name(_ path: String) -> String { path == "-" ? "Standard input" : path }
}

private func systemOpen(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC) }

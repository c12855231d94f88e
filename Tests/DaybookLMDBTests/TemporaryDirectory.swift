#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder for one test, gone with its last user.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/daybook-lmdb.XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            String(cString: mkdtemp(buffer.baseAddress!)!)
        }
    }

    deinit { removeTree(path) }

    var dataFile: String { path + "/data.mdb" }
    var lockFile: String { path + "/lock.mdb" }

    /// A folder inside, made now.
    func subdirectory(_ name: String) -> String {
        let inner = path + "/" + name
        mkdir(inner, 0o700)
        return inner
    }
}

/// Removes a file or a folder with what is in it.
private func removeTree(_ path: String) {
    if let directory = opendir(path) {
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { removeTree(path + "/" + name) }
        }
        closedir(directory)
        rmdir(path)
    } else {
        unlink(path)
    }
}

/// Reads and damages files byte by byte.
enum FileSurgery {
    static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : -1
    }

    static func cut(_ path: String, to byteCount: Int) {
        precondition(truncate(path, off_t(byteCount)) == 0)
    }

    static func write(_ bytes: [UInt8], to path: String, at offset: Int = 0) {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        precondition(descriptor >= 0)
        precondition(pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count)
        close(descriptor)
    }

    static func read(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        precondition(descriptor >= 0)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: size(path))
        precondition(pread(descriptor, &bytes, bytes.count, 0) == bytes.count)
        return bytes
    }
}

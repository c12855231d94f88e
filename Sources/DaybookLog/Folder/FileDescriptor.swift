#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// An open file in a store's folder, closed at the end of its life. Files that are made get mode 0600 whatever the
/// umask.
struct FileDescriptor: ~Copyable, Sendable {
    let number: Int32
    let path: String

    enum Purpose {
        case toRead, toChange
        /// The file must not be there yet.
        case toMake

        fileprivate var flags: Int32 {
            switch self {
            case .toRead: O_RDONLY
            case .toChange: O_RDWR
            case .toMake: O_RDWR | O_CREAT | O_EXCL
            }
        }
    }

    init(at folder: Int32, _ name: String, _ purpose: Purpose, in folderPath: String) throws(LogError) {
        path = "\(folderPath)/\(name)"
        // Without O_NONBLOCK the opening of a pipe put in the file's place would wait for ever.
        let opened = openat(folder, name, purpose.flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard opened >= 0 else { throw LogError(errno: errno, doing: "open \(path)") }
        if purpose == .toMake, fchmod(opened, 0o600) != 0 {
            let code = errno
            close(opened)
            throw LogError(errno: code, doing: "set the mode of \(path)")
        }
        number = opened
    }

    deinit { close(number) }

    func status() throws(LogError) -> EntryStatus {
        var found = stat()
        guard fstat(number, &found) == 0 else { throw LogError(errno: errno, doing: "look at \(path)") }
        return EntryStatus(found)
    }

    /// At most `countMax` bytes from `offset` on; fewer only at the end of the file.
    func read(_ countMax: Int, at offset: Int = 0) throws(LogError) -> [UInt8] {
        guard countMax > 0, offset >= 0 else { return [] }
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: countMax) { buffer, count in
            while count < countMax {
                let got = pread(number, buffer.baseAddress! + count, countMax - count, off_t(offset + count))
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { return }
                count += got
            }
        }
        guard code == 0 else { throw LogError(errno: code, doing: "read \(path)") }
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: UInt64 = 0) throws(LogError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(number, $0.baseAddress! + written, bytes.count - written, off_t(offset) + off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            // A regular file that takes nothing more is one whose disk is full.
            guard count > 0 else { throw LogError(errno: count < 0 ? errno : ENOSPC, doing: "write \(path)") }
            written += count
        }
    }

    func flush() throws(LogError) {
        guard fsync(number) == 0 else { throw LogError(errno: errno, doing: "flush \(path)") }
    }
}

/// What the system says of a file or folder.
struct EntryStatus: Equatable, Sendable {
    enum Form: Equatable, Sendable {
        case file, folder, link, other
    }

    let form: Form
    let owner: UInt32
    let mode: UInt32
    let byteCount: Int
    let device: UInt64
    let number: UInt64

    init(_ found: stat) {
        switch found.st_mode & S_IFMT {
        case S_IFREG: form = .file
        case S_IFDIR: form = .folder
        case S_IFLNK: form = .link
        default: form = .other
        }
        owner = found.st_uid
        mode = UInt32(found.st_mode) & 0o7777
        byteCount = Int(found.st_size)
        device = UInt64(truncatingIfNeeded: found.st_dev)
        number = UInt64(truncatingIfNeeded: found.st_ino)
    }

    var isWritableByOthers: Bool { mode & 0o022 != 0 }
}

// Everything that touches the entries of a store's folder, but LMDB itself, goes through one open descriptor of the
// folder and names without a slash, and follows no symbolic link: what was looked at is what is then used.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// An open folder. It is closed when nobody holds it any more.
final class FolderDescriptor: Sendable {
    let path: String
    let number: Int32

    /// `isSource` if what is in it is to be read, so that making a store there would be no help.
    init(opening path: String, isSource: Bool = false) throws(LogError) {
        let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened < 0 else {
            number = opened
            self.path = path
            return
        }
        switch errno {
        case ENOENT where isSource:
            throw LogError(.unusable, "There is no folder \(path). Name the folder to read from.")
        case ENOENT:
            throw LogError(
                .unusable, "There is no folder \(path). Make a store there with `daybook init`, or name another folder."
            )
        case ENOTDIR:
            throw LogError(
                .unusable, "\(path) is not a folder. Name the folder that holds the store, not a file in it.")
        default:
            throw LogError(errno: errno, doing: "open the folder \(path)")
        }
    }

    private init(path: String, number: Int32) {
        self.path = path
        self.number = number
    }

    deinit { close(number) }

    /// The folder's own status.
    func status() throws(LogError) -> EntryStatus {
        var found = stat()
        guard fstat(number, &found) == 0 else { throw LogError(errno: errno, doing: "look at \(path)") }
        return EntryStatus(found)
    }

    /// What lies under `name`, not followed if it is a link; nil if nothing does.
    func status(of name: String) throws(LogError) -> EntryStatus? {
        var found = stat()
        if fstatat(number, name, &found, AT_SYMLINK_NOFOLLOW) == 0 { return EntryStatus(found) }
        if errno == ENOENT { return nil }
        throw LogError(errno: errno, doing: "look at \(path)/\(name)")
    }

    func entries() throws(LogError) -> [String] {
        let copy = openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw LogError(errno: errno, doing: "list \(path)") }
        guard let stream = fdopendir(copy) else {
            let code = errno
            close(copy)
            throw LogError(errno: code, doing: "list \(path)")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The folder `name` inside this one, made if it is missing.
    func folder(_ name: String) throws(LogError) -> FolderDescriptor {
        if mkdirat(number, name, 0o700) == 0 {
            guard fchmodat(number, name, 0o700, 0) == 0 else {
                throw LogError(errno: errno, doing: "set the mode of \(path)/\(name)")
            }
        } else if errno != EEXIST {
            throw LogError(errno: errno, doing: "create the folder \(path)/\(name)")
        }
        return try existingFolder(name)
    }

    func existingFolder(_ name: String) throws(LogError) -> FolderDescriptor {
        let inner = openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard inner >= 0 else { throw LogError(errno: errno, doing: "open the folder \(path)/\(name)") }
        return FolderDescriptor(path: "\(path)/\(name)", number: inner)
    }

    func openFile(_ name: String, _ purpose: FileDescriptor.Purpose) throws(LogError) -> FileDescriptor {
        try FileDescriptor(at: number, name, purpose, in: path)
    }

    func remove(_ name: String) throws(LogError) {
        guard unlinkat(number, name, 0) == 0 || errno == ENOENT else {
            throw LogError(errno: errno, doing: "remove \(path)/\(name)")
        }
    }

    func rename(_ old: String, to new: String) throws(LogError) {
        guard renameat(number, old, number, new) == 0 else {
            throw LogError(errno: errno, doing: "rename \(path)/\(old) to \(new)")
        }
    }

    func setMode(_ mode: UInt32) throws(LogError) {
        guard fchmod(number, mode_t(mode)) == 0 else { throw LogError(errno: errno, doing: "set the mode of \(path)") }
    }

    /// Gives what lies under `name` to `user`.
    func give(_ name: String, to user: UInt32) throws(LogError) {
        guard fchownat(number, name, user, gid_t.max, AT_SYMLINK_NOFOLLOW) == 0 || errno == ENOENT else {
            throw LogError(errno: errno, doing: "give \(path)/\(name) to its owner")
        }
    }

    func isOnReadOnlyFileSystem() throws(LogError) -> Bool {
        var found = statvfs()
        guard fstatvfs(number, &found) == 0 else { throw LogError(errno: errno, doing: "look at \(path)") }
        return found.f_flag & UInt(ST_RDONLY) != 0
    }

    /// Flushes the list of entries to stable storage.
    func flush() throws(LogError) {
        guard fsync(number) == 0 else { throw LogError(errno: errno, doing: "flush the folder \(path)") }
    }

    /// Flushes the entry of this very folder in the one above it.
    func flushParent() throws(LogError) {
        let above = openat(number, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // Who may not read the folder above cannot flush it either; then the system has to do it in its own time.
        guard above >= 0 else { return }
        defer { close(above) }
        guard fsync(above) == 0 else { throw LogError(errno: errno, doing: "flush the folder above \(path)") }
    }
}

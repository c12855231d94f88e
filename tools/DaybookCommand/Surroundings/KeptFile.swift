#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is read more than once, by this process or by a child of it. What can be read only once, as a pipe or
/// standard input, is put down in a temporary file without a name first.
final class KeptFile {
    static let bytesMax = 1 << 30
    /// Where it can be read from, again and again, for as long as this is there.
    let path: String
    /// What it is called by whoever named it.
    let name: String
    private var file: Int32 = -1

    init(_ given: String, bytesMax: Int = KeptFile.bytesMax) throws {
        name = Files.name(given)
        let source = try Files.open(given)
        defer { if source != STDIN_FILENO { close(source) } }
        var status = stat()
        if given != "-", fstat(source, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
            path = given
            return
        }
        file = try TemporaryPlace.makeFile()
        // For a child it has no other name than its number.
        _ = fcntl(file, F_SETFD, 0)
        path = "/dev/fd/\(file)"
        var left = bytesMax
        try Files.forEachPiece(of: source, given) { piece in
            left -= piece.count
            guard left >= 0 else {
                throw Failure.wrongCall("\(name) holds more than \(bytesMax) bytes; give less.")
            }
            let code = Descriptor.write(Array(piece), to: file)
            guard code == 0 else { throw TemporaryPlace.cannotUse("file", code) }
        }
    }

    deinit { if file >= 0 { close(file) } }
}

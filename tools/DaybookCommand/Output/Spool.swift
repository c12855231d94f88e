// Whoever prints may have to wait for whoever reads, for hours if that is a pager, and must not hold a snapshot of the
// store meanwhile: it would keep pages from being used again, and the file would grow with every commit. So what has to
// come from one snapshot is put down here first, in memory and beyond that in a file without a name.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Bytes on their way to standard output.
final class Spool {
    private var memory: [UInt8] = []
    private var file: Int32 = -1
    private let memoryBytesMax: Int

    init(memoryBytesMax: Int = 8 << 20) {
        self.memoryBytesMax = memoryBytesMax
    }

    deinit { if file >= 0 { close(file) } }

    func write(_ bytes: some Sequence<UInt8>) throws(Failure) {
        memory.append(contentsOf: bytes)
        if memory.count > memoryBytesMax { try spill() }
    }

    /// Prints all of it.
    func print(to output: StandardOutput) throws(Failure) {
        if file >= 0 {
            lseek(file, 0, SEEK_SET)
            while true {
                var piece: [UInt8] = []
                let count = Descriptor.read(file, count: 1 << 16, into: &piece)
                guard count >= 0 else { throw TemporaryPlace.cannotUse("file", Int32(-count)) }
                if count == 0 { break }
                try output.write(piece)
            }
        }
        try output.write(memory)
    }

    private func spill() throws(Failure) {
        if file < 0 { file = try TemporaryPlace.makeFile() }
        let code = Descriptor.write(memory, to: file)
        guard code == 0 else { throw TemporaryPlace.cannotUse("file", code) }
        memory.removeAll(keepingCapacity: true)
    }
}

/// Where temporary files go.
enum TemporaryPlace {
    static var folder: String { Surroundings.variable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp" }

    /// A file without a name, open for reading and writing; it is gone when it is closed.
    static func makeFile() throws(Failure) -> Int32 {
        var template = Array("\(folder)/daybook-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw cannotMake("file", errno) }
        unlink(template)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        return file
    }

    static func cannotUse(_ what: String, _ code: Int32) -> Failure {
        .unusable(
            "A temporary \(what) in \(folder) cannot be used (\(Descriptor.text(of: code))); set TMPDIR to a folder "
                + "with more room.")
    }

    static func cannotMake(_ what: String, _ code: Int32) -> Failure {
        .unusable(
            "A temporary \(what) cannot be made in \(folder) (\(Descriptor.text(of: code))); set TMPDIR to a folder "
                + "that can be written.")
    }
}

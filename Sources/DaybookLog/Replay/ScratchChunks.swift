// Chunks of rows that may outgrow what a tool should take from a machine. The latest stand in plain memory; when there
// are more than may, the oldest goes to a temporary file and the newest takes its place. Whoever wants one of the old
// ones finds it mapped from there, in pages that the kernel may write out and drop when it needs the room. A chunk is
// written in one go, since a fault for each of its pages would cost more than the writing. The file has no name, so
// nothing is left behind by a process that is killed.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Chunks of one size, numbered from 0, that live as long as it does. Not Sendable: one thread at a time.
final class ScratchChunks {
    private let folder: String
    private let chunkBytes: Int
    private let plainMax: Int
    /// Where each chunk stands; nil for one that is in the file and that nobody has asked for since.
    private var addresses: [UnsafeMutableRawPointer?] = []
    /// All before this one are in the file.
    private var firstPlain = 0
    private var descriptor: Int32 = -1

    /// Two are at hand in any case: the one that grows and the one before it.
    private static let plainMin = 2

    /// A chunk is a multiple of 64 KB.
    init(folder: String, chunkBytes: Int, plainBytesMax: Int) {
        self.folder = folder
        self.chunkBytes = chunkBytes
        plainMax = plainBytesMax / chunkBytes
    }

    deinit {
        for (number, address) in addresses.enumerated() {
            guard let address else { continue }
            if number < firstPlain { munmap(address, chunkBytes) } else { address.deallocate() }
        }
        if descriptor >= 0 { close(descriptor) }
    }

    var count: Int { addresses.count }

    /// Adds a chunk, whose content is undefined. What was handed out of another may be elsewhere after that.
    func add() throws(LogError) {
        // Early: who is not to have any memory is to learn at once if there is no room for a file either.
        if count >= plainMax, descriptor < 0 { descriptor = try openNameless() }
        guard count - firstPlain >= max(plainMax, ScratchChunks.plainMin), let oldest = addresses[firstPlain] else {
            return addresses.append(UnsafeMutableRawPointer.allocate(byteCount: chunkBytes, alignment: 64))
        }
        try write(oldest, offset(of: firstPlain))
        addresses[firstPlain] = nil
        firstPlain += 1
        addresses.append(oldest)
    }

    @inline(__always)
    func address(of number: Int) throws(LogError) -> UnsafeMutableRawPointer {
        if let address = addresses[number] { return address }
        return try map(number)
    }

    private func offset(of number: Int) -> off_t { off_t(number) * off_t(chunkBytes) }

    private func map(_ number: Int) throws(LogError) -> UnsafeMutableRawPointer {
        let address = mmap(nil, chunkBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset(of: number))
        guard let address, address != MAP_FAILED else { throw TemporaryFolder.failure(errno, in: folder) }
        addresses[number] = address
        return address
    }

    /// A full disk is an error here and would be a signal later, were the space not taken before it is mapped.
    private func write(_ chunk: UnsafeMutableRawPointer, _ offset: off_t) throws(LogError) {
        var written = 0
        while written < chunkBytes {
            let count = pwrite(descriptor, chunk + written, chunkBytes - written, offset + off_t(written))
            guard count >= 0 || errno == EINTR else { throw TemporaryFolder.failure(errno, in: folder) }
            written += max(count, 0)
        }
    }

    private func openNameless() throws(LogError) -> Int32 {
        var path = Array((folder + "/daybook-fold-XXXXXX").utf8CString)
        let opened = mkstemp(&path)
        guard opened >= 0 else { throw TemporaryFolder.failure(errno, in: folder) }
        unlink(path)
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
        return opened
    }
}

// Memory for rows that may outgrow what a tool should take from a machine: plain memory up to a limit, then the pages
// of a temporary file, which the kernel may write out and drop when it needs the room. The file has no name, so nothing
// is left behind by a process that is killed.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

internal import CDaybookPlatform

/// Hands out chunks that live as long as it does. Not Sendable: one thread at a time.
final class ScratchMemory {
    private let folder: String
    private var plainBytesLeft: Int
    private var plain: [UnsafeMutableRawPointer] = []
    private var mapped: [UnsafeMutableRawBufferPointer] = []
    private var descriptor: Int32 = -1
    private var fileBytes: off_t = 0

    init(folder: String, plainBytesMax: Int) {
        self.folder = folder
        plainBytesLeft = plainBytesMax
    }

    deinit {
        for chunk in plain { chunk.deallocate() }
        for chunk in mapped { munmap(chunk.baseAddress, chunk.count) }
        if descriptor >= 0 { close(descriptor) }
    }

    /// A chunk of this many bytes, a multiple of 64 KB, which will all be written to; its content is undefined.
    func chunk(byteCount: Int) throws(LogError) -> UnsafeMutableRawPointer {
        // Whoever needs one chunk may need little of it; whoever needs a second needs all of it.
        let isFirst = plain.isEmpty && mapped.isEmpty
        let chunk = try newChunk(byteCount)
        if !isFirst { daybook_populate(chunk, byteCount) }
        return chunk
    }

    private func newChunk(_ byteCount: Int) throws(LogError) -> UnsafeMutableRawPointer {
        if byteCount <= plainBytesLeft {
            plainBytesLeft -= byteCount
            let chunk = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
            plain.append(chunk)
            return chunk
        }
        if descriptor < 0 { descriptor = try openNameless() }
        // Space is taken before it is mapped: a full disk is an error here and would be a signal later.
        guard ftruncate(descriptor, fileBytes + off_t(byteCount)) == 0 else { throw failure(errno) }
        let code = daybook_preallocate(descriptor, fileBytes, off_t(byteCount))
        guard code == 0 || code == EOPNOTSUPP || code == ENOTSUP else { throw failure(code) }
        let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, fileBytes)
        guard let address, address != MAP_FAILED else { throw failure(errno) }
        fileBytes += off_t(byteCount)
        mapped.append(UnsafeMutableRawBufferPointer(start: address, count: byteCount))
        return address
    }

    private func openNameless() throws(LogError) -> Int32 {
        var path = Array((folder + "/daybook-fold-XXXXXX").utf8CString)
        let opened = mkstemp(&path)
        guard opened >= 0 else { throw failure(errno) }
        unlink(path)
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
        return opened
    }

    private func failure(_ code: Int32) -> LogError {
        let sentence = "Rebuilding the ledgers needs a temporary file in \(folder): \(String(cString: strerror(code)))."
        return code == ENOSPC || code == EDQUOT
            ? LogError(.diskFull, sentence + " Make room, or set TMPDIR to a folder that has some.")
            : LogError(.unusable, sentence + " Set TMPDIR to a folder that can be written.")
    }
}

/// Where temporary files go.
package enum TemporaryFolder {
    package static var path: String {
        guard let named = getenv("TMPDIR") else { return "/tmp" }
        let path = String(cString: named)
        return path.isEmpty ? "/tmp" : path
    }
}

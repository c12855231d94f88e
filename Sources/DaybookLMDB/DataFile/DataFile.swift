// Reads a data file without LMDB and without changing it, also while others write it.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A data file that is read with plain reads.
package struct DataFile {
    private let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// What is to be said of the file at `path`, given that the linked library reads `format`.
    package static func inspect(_ path: String) -> DataFileFinding {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? .missing : .unreadable(errno: errno) }
        defer { close(descriptor) }
        return DataFile(descriptor: descriptor).inspect()
    }

    func inspect() -> DataFileFinding { Self.settled(look) }

    /// A file seems cut, or its meta pages at odds, when commits came between the reads of a look, which then do not
    /// belong together. So it is believed only when two looks in a row say the same; a hundred commits in between
    /// will do as well.
    static func settled(_ look: () -> DataFileFinding) -> DataFileFinding {
        var before = look()
        for _ in 0..<100 {
            guard before.mayBeOfTwoCommits else { return before }
            let after = look()
            if after == before { return after }
            before = after
        }
        return before
    }

    private func look() -> DataFileFinding {
        do throws(ReadFailure) {
            guard try byteCount() > 0 else { return .empty }
            let newer: MetaPage
            switch try metaPages() {
            case .found(let page): newer = page
            case .refused(let finding): return finding
            }
            // The size is read after the pages: a file that grows meanwhile only gets longer than they ask for.
            let fileBytes = try byteCount()
            let neededBytes = (newer.lastPage + 1) * UInt64(newer.pageSizeBytes)
            if fileBytes >= neededBytes { return .sound(newer) }
            let freeList = FreeList(file: self, meta: newer)
            let isMerelyShort = try freeList.covers(firstMissingPage: fileBytes / UInt64(newer.pageSizeBytes))
            return isMerelyShort ? .sound(newer) : .truncated(neededBytes: neededBytes, fileBytes: fileBytes, newer)
        } catch {
            return .unreadable(errno: error.errno)
        }
    }

    private enum MetaPages {
        case found(MetaPage)
        case refused(DataFileFinding)
    }

    private func metaPages() throws(ReadFailure) -> MetaPages {
        let first = try metaPage(at: 0)
        guard case .page(let page) = first else { return .refused(try withoutFirstPage(first)) }
        if let format = LinkedLibrary.foreignFormat(of: page) { return .refused(.foreign(format)) }
        guard case .page(let other) = try metaPage(at: page.pageSizeBytes), other.dataVersion == page.dataVersion,
            other.pageSizeBytes == page.pageSizeBytes
        else { return .refused(.metaPageDamaged(page: 1, intact: page)) }
        guard try MetaPagePair(first: page, second: other).agrees(in: self) else {
            return .refused(.metaPagesDisagree(page.transactionID, other.transactionID))
        }
        return .found(page.transactionID >= other.transactionID ? page : other)
    }

    /// The first page is no meta page of ours. The second tells whether this was a database; its place depends on
    /// the page size, which is not known then, so all sizes are tried.
    private func withoutFirstPage(_ first: MetaPage.Reading) throws(ReadFailure) -> DataFileFinding {
        switch first {
        case .otherByteOrder: return .foreign(.otherByteOrder)
        case .otherWordSize: return .foreign(.otherWordSize)
        case .page, .damaged: break
        }
        for pageSizeBytes in (9...16).map({ 1 << $0 as Int }) {
            if case .page(let page) = try metaPage(at: pageSizeBytes), page.pageSizeBytes == pageSizeBytes {
                return .metaPageDamaged(page: 0, intact: page)
            }
        }
        return .notADataFile
    }

    private func metaPage(at offset: Int) throws(ReadFailure) -> MetaPage.Reading {
        MetaPage.read(try read(MetaPage.byteCount, at: UInt64(offset)))
    }
}

extension DataFile {
    struct ReadFailure: Error {
        let errno: Int32
    }

    func byteCount() throws(ReadFailure) -> UInt64 {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw ReadFailure(errno: errno) }
        return UInt64(status.st_size)
    }

    /// Up to `byteCount` bytes from `offset`; fewer if the file ends there.
    func read(_ byteCount: Int, at offset: UInt64) throws(ReadFailure) -> [UInt8] {
        var failure: ReadFailure?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            while count < byteCount {
                let got = unsafe pread(
                    descriptor, buffer.baseAddress! + count, byteCount - count, off_t(offset) + off_t(count))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = ReadFailure(errno: errno) }
                if got <= 0 { return }
                count += got
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

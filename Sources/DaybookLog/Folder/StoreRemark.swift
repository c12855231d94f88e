/// One thing that somebody who looks after a store should know, and whether he has to do something about it.
package struct StoreRemark: Sendable {
    package enum Kind: String, Sendable {
        case fine, note, problem
    }

    package let about: String
    package let kind: Kind
    package let text: String

    package init(_ about: String, _ kind: Kind, _ text: String) {
        self.about = about
        self.kind = kind
        self.text = text
    }
}

extension StoreFacts {
    /// What the store's own figures say.
    package var remarks: [StoreRemark] { [flagRemark, sizeRemark, spaceRemark, readerRemark] }

    private var flagRemark: StoreRemark {
        let bad = flagsThatLose
        guard bad.isEmpty else {
            return StoreRemark(
                "flags", .problem,
                "LMDB runs with \(bad.joined(separator: ", ")): acknowledged jobs can be lost; do not use this program "
                    + "on the store"
            )
        }
        return StoreRemark("flags", .fine, "LMDB flushes every commit (flags: \(flags.joined(separator: ", ")))")
    }

    private var sizeRemark: StoreRemark {
        let rows = tables.filter { $0.rows > 0 }.map { "\($0.name) \($0.rows) rows in \($0.pages) pages" }.joined(
            separator: ", ")
        return StoreRemark(
            "size", .fine,
            "data.mdb has \(ByteCount.text(fileSizeBytes)), \(freePages) of its pages of "
                + "\(pageSizeBytes) bytes are free: \(rows)"
        )
    }

    private var spaceRemark: StoreRemark {
        let left = ByteCount.text(diskFreeBytes)
        guard !refusesNewWork else {
            return StoreRemark(
                "space", .problem,
                "the disk has only \(left) left: new work is refused until you free some; what runs can still finish")
        }
        // Two windows of the reserve: with less, new work may be refused at any moment.
        guard diskFreeBytes >= 32 << 20 else {
            return StoreRemark(
                "space", .problem,
                "the disk has only \(left) left: free some, or new work will be refused; what runs can still finish")
        }
        guard mapSizeBytes - usedBytes > usedBytes / 8 else {
            return StoreRemark(
                "space", .note,
                "the map of \(ByteCount.text(mapSizeBytes)) is nearly full; it grows by itself if the address "
                    + "space allows"
            )
        }
        return StoreRemark("space", .fine, "the disk has \(left) left")
    }

    /// Scans renew their snapshot each second, in which there are fewer commits than this.
    private static let commitsBehindMax: UInt64 = 5_000

    private var readerRemark: StoreRemark {
        if let oldest = oldestReader, oldest.commitsBehind >= StoreFacts.commitsBehindMax {
            return StoreRemark(
                "readers", .problem,
                "pid \(oldest.processID) holds a snapshot that is \(oldest.commitsBehind) commits old, so the file "
                    + "grows: end that process or its long read")
        }
        if readers.count * 10 > readersMax * 8 {
            return StoreRemark(
                "readers", .problem,
                "\(readers.count) of \(readersMax) reader slots are taken: look for processes that were "
                    + "left behind"
            )
        }
        return StoreRemark(
            "readers", .fine,
            "\(readers.count) of \(readersMax) reader slots are taken, none by an old snapshot")
    }
}

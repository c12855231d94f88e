/// What an environment says of itself.
package struct EnvironmentInfo: Sendable, Equatable {
    package let mapSizeBytes: Int
    /// Last page ever used plus one, times the page size; free pages included.
    package let usedBytes: Int
    /// May be less than `usedBytes`: free pages at the end need not be there.
    package let fileSizeBytes: Int
    /// Pages that hold nothing. They are used again once no reader needs them; the file never shrinks.
    package let freePages: Int
    package let pageSizeBytes: Int
    package let lastTransactionID: UInt64
    package let readersMax: Int
    package let readers: [ReaderInfo]
    /// LMDB's flags by name, as they are in force.
    package let flags: [String]
    package let libraryVersion: String

    /// The open snapshot that keeps the most pages from being used again, and how many transactions it is behind.
    package var oldestReader: (reader: ReaderInfo, transactionsBehind: UInt64)? {
        let open = readers.compactMap { reader in reader.transactionID.map { (reader, $0) } }
        guard let (reader, transactionID) = open.min(by: { $0.1 < $1.1 }) else { return nil }
        return (reader, lastTransactionID - min(transactionID, lastTransactionID))
    }
}

/// A reader slot of some process.
package struct ReaderInfo: Sendable, Equatable {
    package let pid: Int32
    /// The thread that took the slot first; the slot may serve others since.
    package let thread: UInt64
    /// The snapshot it holds; nil while it holds none.
    package let transactionID: UInt64?
}

extension ReaderInfo {
    /// Reads a line of LMDB's listing: process number, thread in hexadecimal, transaction or a dash.
    init?(line: Substring) {
        let words = line.split { $0 == " " || $0 == "\n" }
        guard words.count == 3, let pid = Int32(words[0]), let thread = UInt64(words[1], radix: 16) else { return nil }
        self.init(pid: pid, thread: thread, transactionID: UInt64(words[2]))
    }
}

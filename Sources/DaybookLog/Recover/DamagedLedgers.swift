internal import DaybookLMDB
internal import DaybookModel

/// The rows of a damaged store's ledgers, as far as the newest commit leads to them and they can be read. Nothing
/// proves a row: whoever believes one has to hold it against what the events say.
struct DamagedLedgers {
    let file: DamagedDataFile
    let control: CopyControl
    /// Which set of ledgers is in use, as the row of `meta` says.
    private let set: [UInt8]?
    /// The format of the log and the version of the ledgers, as `meta` has them; nil for what cannot be read.
    let format: UInt32?
    let version: UInt32?
    /// Whether the log's beginning is in archives, or the row that would say so may be one that cannot be read.
    let mayBeArchived: Bool

    private static let pagesAtOnce = 1_024

    init(_ file: DamagedDataFile, _ control: CopyControl) throws {
        self.file = file
        self.control = control
        var found: [UInt8]?
        var numbers: [String: UInt32] = [:]
        var isArchived = false
        let isWhole = try Self.forEachRow(of: LogDatabases.meta, in: file, control) { key, value in
            if key.elementsEqual(LMDBLogTransaction.archivedKey.utf8) { isArchived = true }
            if key.elementsEqual(LedgerSet.key.utf8) { found = Array(value) }
            for name in [MetaRows.formatKey, MetaRows.ledgersKey] where key.elementsEqual(name.utf8) {
                guard value.count == 4 else { continue }
                numbers[name] = UInt32(littleEndian: value.loadUnaligned(as: UInt32.self))
            }
        }
        set = found
        mayBeArchived = isArchived || !isWhole
        (format, version) = (numbers[MetaRows.formatKey], numbers[MetaRows.ledgersKey])
    }

    /// Calls `body` with the rows of a table. Answers whether all of them could be read.
    @discardableResult
    func forEachRow(
        of table: Table, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool {
        try Self.forEachRow(of: LedgerSet.naming.name(table.name, set), in: file, control, body)
    }

    @discardableResult
    private static func forEachRow(
        of name: String, in file: DamagedDataFile, _ control: CopyControl,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool {
        guard let meta = file.metaPages.first, let tree = file.tree(of: name, in: meta) else { return false }
        var read: UInt64 = 0
        for (count, page) in tree.leaves.sorted().enumerated() {
            if count % pagesAtOnce == 0 { try control.requireGoingOn() }
            guard let leaf = file.leaf(page) else { continue }
            for row in leaf.rows {
                guard let value = value(row, leaf, file) else { continue }
                read += 1
                try leaf.bytes[row.key].withUnsafeBytes { key in try value.withUnsafeBytes { try body(key, $0) } }
            }
        }
        return read == tree.rows
    }

    private static func value(_ row: LeafPage.Row, _ leaf: LeafPage, _ file: DamagedDataFile) -> ArraySlice<UInt8>? {
        switch row.value {
        case .inline(let place): leaf.bytes[place]
        case .overflow(let page, let byteCount): file.overflow(page, byteCount: byteCount)?[...]
        }
    }
}

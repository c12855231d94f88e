package import DaybookModel

/// The ledgers as JSON Lines: a line that says as of when, then every row of every table, in table and key order. The
/// same bytes for the same state, whether it comes from a store or from a fold of its log.
package struct LedgerDump {
    /// As of which event the ledgers are what they are.
    package struct Heading: Equatable, Sendable {
        package var sequence: SequenceNumber
        /// The head of the commit that ends there; `nil` in the middle of one.
        package var head: Hash?
        package var ledgers: LedgerDigest

        package init(sequence: SequenceNumber, head: Hash?, ledgers: LedgerDigest) {
            self.sequence = sequence
            self.head = head
            self.ledgers = ledgers
        }
    }

    private let ledgers: any Ledgers
    package let heading: Heading

    package init(_ ledgers: any Ledgers, _ heading: Heading) {
        self.ledgers = ledgers
        self.heading = heading
    }

    /// The ledgers of a store. Use it within the snapshot.
    package init(live log: any LogSnapshot) throws {
        let last = try log.last
        let seal = last == 0 ? nil : try log.seal(endingAt: last)
        self.init(log, Heading(sequence: last, head: seal?.head ?? .zero, ledgers: seal?.ledgers ?? .empty))
    }

    private static let bytesAtOnce = 1 << 16

    /// Hands `write` the text in pieces that end with a line. With `totals` the second line counts jobs by queue and
    /// state, for people.
    package func write(totals: Bool = false, _ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        let rows = LedgerRowText(ledgers)
        var text: [UInt8] = []
        text.reserveCapacity(LedgerDump.bytesAtOnce + 4096)
        func add(_ line: [UInt8]) throws {
            text.append(contentsOf: line)
            text.append(UInt8(ascii: "\n"))
            guard text.count >= LedgerDump.bytesAtOnce else { return }
            try text.withUnsafeBytes(write)
            text.removeAll(keepingCapacity: true)
        }
        try add(headingLine)
        if totals { try add(try totalsLine()) }
        for table in Table.allCases {
            try ledgers.forEachRow(of: table) { key, value in
                if table.hasSentinel, RowKey(key).isSentinel { return true }
                try add(try rows.line(table, key, value))
                return true
            }
        }
        try text.withUnsafeBytes(write)
    }

    /// All of it at once, for tests and small stores.
    package func text(totals: Bool = false) throws -> String {
        var text = ""
        try write(totals: totals) { text += String(decoding: $0, as: UTF8.self) }
        return text
    }

    private var headingLine: [UInt8] {
        var object = JSONObject()
        object.begin()
        if let head = heading.head { object.text("head", head.hex) } else { object.null("head") }
        object.number("seq", heading.sequence)
        object.text("ledgers", heading.ledgers.hex)
        object.end()
        return object.bytes
    }

    private func totalsLine() throws -> [UInt8] {
        var object = JSONObject()
        var queues: [QueueRecord] = []
        try ledgers.forEachRow(of: .queues) { _, value in
            if let record = QueueRecord(value) { queues.append(record) }
            return true
        }
        object.begin()
        object.object("totals") { totals in
            for queue in queues.sorted(by: { $0.name < $1.name }) {
                totals.object(queue.name) { counts in
                    for state in JobState.allCases where queue[state] != 0 { counts.number(state.key, queue[state]) }
                }
            }
        }
        object.end()
        return object.bytes
    }
}

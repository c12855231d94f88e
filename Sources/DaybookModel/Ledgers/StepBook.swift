/// The steps that runs of a job have done, kept until the job succeeds or is deleted: one row a job, so that its end
/// takes out one row however many steps there were. The row says for each step, in the order in which they were done,
/// the event that recorded it (8 bytes), the length of its name (1 byte) and its name.
package struct StepBook: Equatable, Sendable {
    package struct Step: Equatable, Sendable {
        package let event: SequenceNumber
        package let name: String
    }

    package private(set) var steps: [Step] = []

    /// The row is written anew with every step, so it has to stay small.
    package static let stepsMax = 256

    package init() {}

    package func event(of name: String) -> SequenceNumber? { steps.first { $0.name == name }?.event }

    mutating func add(_ name: String, at event: SequenceNumber) {
        steps.append(Step(event: event, name: name))
    }

    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        for step in steps {
            withUnsafeBytes(of: step.event.littleEndian) { bytes.append(contentsOf: $0) }
            let name = step.name.utf8.prefix(255)
            bytes.append(UInt8(name.count))
            bytes.append(contentsOf: name)
        }
        return bytes
    }

    /// `nil` if the bytes are no such row.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 9 else { return nil }
            let event = SequenceNumber(
                littleEndian: bytes.loadUnaligned(fromByteOffset: rest.startIndex, as: SequenceNumber.self))
            let length = Int(rest[rest.startIndex + 8])
            rest = rest.dropFirst(9)
            guard rest.count >= length, let name = String(validating: rest.prefix(length), as: UTF8.self) else {
                return nil
            }
            steps.append(Step(event: event, name: name))
            rest = rest.dropFirst(length)
        }
    }

    /// The steps of a job; none if it has no row.
    package static func of(_ job: SequenceNumber, in ledgers: any Ledgers) throws -> StepBook {
        let found = try RowKey.number(job).withBytes { key in
            try ledgers.read(.steps, key) { bytes throws(LedgerError) in
                guard let book = StepBook(bytes) else { throw LedgerError.unreadableRow(.steps, job) }
                return book
            }
        }
        return found ?? StepBook()
    }
}

extension Books {
    /// Writes a step down. Who asks whether it may be has asked before.
    mutating func addStep(_ name: String, of job: SequenceNumber, at event: SequenceNumber, in ledgers: any Ledgers)
        throws
    {
        let old = try StepBook.of(job, in: ledgers)
        var book = old
        book.add(name, at: event)
        try RowKey.number(job).withBytes { key in
            try book.encoded().withUnsafeBytes { value in
                guard !old.steps.isEmpty else { return try ledgers.put(.steps, key, value, replacing: nil) }
                try old.encoded().withUnsafeBytes { try ledgers.put(.steps, key, value, replacing: $0) }
            }
        }
    }

    /// No run will ask for them any more.
    func forgetSteps(of job: SequenceNumber, in ledgers: any Ledgers) throws {
        let old = try StepBook.of(job, in: ledgers)
        guard !old.steps.isEmpty else { return }
        try RowKey.number(job).withBytes { key in
            try old.encoded().withUnsafeBytes { try ledgers.remove(.steps, key, old: $0) }
        }
    }
}

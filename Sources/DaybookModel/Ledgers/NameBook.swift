/// Short numbers for the few texts that repeat in every job: names of jobs and retry policies.
///
/// A number is given by the event that first uses a text, in order, so every fold of the log gives the same ones.
/// Rows are only ever added, which is why the copy in memory needs no care beyond dropping what an aborted
/// transaction added.
package struct NameBook {
    package enum Kind: UInt8, Sendable {
        case queue = 1
        case job = 2
        case retry = 3
        /// The numbers of the `restored` events: see `lastEpoch`.
        case epoch = 9
        /// One row, once the log has a gap.
        case loss = 10
        /// One row, once payloads are encrypted: see `encryption`.
        case encryption = 11

        /// Under this prefix the same table leads from the number back to the text.
        var reverse: UInt8 { rawValue | 0x80 }
    }

    static let lossText = "gap"

    private struct Entry: Hashable {
        let kind: Kind
        let text: String
    }

    private var numbers: [Entry: UInt32] = [:]
    private var texts: [UInt64: String] = [:]
    private var nextNumber: [Kind: UInt32] = [:]
    /// The name that was asked for last; most turns know only one.
    private var latest: (entry: Entry, number: UInt32) = (Entry(kind: .queue, text: ""), 0)

    package init() {}

    package mutating func forget() {
        self = NameBook()
    }

    /// The text's number, if it has one.
    package mutating func number(_ kind: Kind, _ text: String, in ledgers: any Ledgers) throws -> UInt32? {
        if latest.entry.kind == kind, latest.entry.text == text { return latest.number }
        if let known = numbers[Entry(kind: kind, text: text)] {
            latest = (Entry(kind: kind, text: text), known)
            return known
        }
        let stored = try NameBook.withKey(kind, text) { key in
            try ledgers.read(.names, key) { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
        }
        if let stored { remember(kind, text, stored) }
        return stored
    }

    /// The text's number, given now if it has none. Only `apply` may call this.
    package mutating func numberGiving(_ kind: Kind, _ text: String, in ledgers: any Ledgers) throws -> UInt32 {
        if let known = try number(kind, text, in: ledgers) { return known }
        let number = try next(kind, in: ledgers)
        nextNumber[kind] = number + 1
        try NameBook.withKey(kind, text) { key in
            try withUnsafeBytes(of: number.littleEndian) { try ledgers.put(.names, key, $0, replacing: nil) }
        }
        try NameBook.withReverseKey(kind, number) { key in
            var text = text
            try text.withUTF8 { try ledgers.put(.names, key, UnsafeRawBufferPointer($0), replacing: nil) }
        }
        remember(kind, text, number)
        return number
    }

    package mutating func text(_ kind: Kind, _ number: UInt32, in ledgers: any Ledgers) throws -> String? {
        let id = UInt64(kind.rawValue) << 32 | UInt64(number)
        if let known = texts[id] { return known }
        let stored = try NameBook.withReverseKey(kind, number) { key in
            try ledgers.read(.names, key) { String(decoding: $0, as: UTF8.self) }
        }
        if let stored { texts[id] = stored }
        return stored
    }

    private mutating func remember(_ kind: Kind, _ text: String, _ number: UInt32) {
        // Names come from programs and are few; a stranger who makes up a million must not fill our memory with them.
        if numbers.count > 10_000 {
            numbers.removeAll()
            texts.removeAll()
        }
        numbers[Entry(kind: kind, text: text)] = number
        texts[UInt64(kind.rawValue) << 32 | UInt64(number)] = text
    }

    /// One more than the highest number given so far, which is the last row under the reverse prefix.
    private mutating func next(_ kind: Kind, in ledgers: any Ledgers) throws -> UInt32 {
        if let known = nextNumber[kind] { return known }
        var highest: UInt32 = 0
        try NameBook.withReverseKey(kind, 0) { start in
            try ledgers.scan(.names, from: start) { key, _ in
                guard key.count == 5, key[0] == kind.reverse else { return false }
                highest = UInt32(bigEndian: key.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
                return true
            }
        }
        return highest + 1
    }

    /// The last event that says that the store was restored from a backup; nil if it never was.
    package static func lastEpoch(in ledgers: any Ledgers) throws -> SequenceNumber? {
        var last: SequenceNumber?
        try withReverseKey(.epoch, 0) { start in
            try ledgers.scan(.names, from: start) { key, value in
                guard key.count == 5, key[0] == Kind.epoch.reverse else { return false }
                last = SequenceNumber(String(decoding: value, as: UTF8.self))
                return true
            }
        }
        return last
    }

    /// Notes what is said of the store as a whole: that an epoch begins, or how payloads are encrypted from now on,
    /// of which what was said first stays.
    mutating func take(_ body: EventBody, at sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        switch body {
        case .restored: _ = try numberGiving(.epoch, String(sequence), in: ledgers)
        case .keysChanged(let box) where box.value.change == .begun:
            guard try NameBook.encryption(in: ledgers) == nil else { return }
            _ = try numberGiving(.encryption, "\(box.value.scope) \(box.value.source)", in: ledgers)
        default: break
        }
    }

    /// How payloads are encrypted, as `keysChanged` said when that began; nil where they stand open.
    package static func encryption(in ledgers: any Ledgers) throws -> (scope: String, source: String)? {
        let text = try withReverseKey(.encryption, 1) { key in
            try ledgers.read(.names, key) { String(decoding: $0, as: UTF8.self) }
        }
        return text.flatMap(encryption)
    }

    /// The same, if that is what a row says that was found without the ledgers around it.
    package static func encryption(
        inRow key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) -> (scope: String, source: String)? {
        withReverseKey(.encryption, 1) { key.elementsEqual($0) }
            ? encryption(String(decoding: value, as: UTF8.self)) : nil
    }

    private static func encryption(_ text: String) -> (scope: String, source: String)? {
        let parts = text.split(separator: " ")
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }

    private static func withKey<R>(_ kind: Kind, _ text: String, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows
        -> R
    {
        try withUnsafeTemporaryAllocation(byteCount: 1 + text.utf8.count, alignment: 1) { scratch in
            scratch[0] = kind.rawValue
            for (index, byte) in text.utf8.enumerated() { scratch[1 + index] = byte }
            return try body(UnsafeRawBufferPointer(scratch))
        }
    }

    private static func withReverseKey<R>(
        _ kind: Kind, _ number: UInt32, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        try withUnsafeTemporaryAllocation(byteCount: 5, alignment: 1) { scratch in
            scratch[0] = kind.reverse
            scratch.storeBytes(of: number.bigEndian, toByteOffset: 1, as: UInt32.self)
            return try body(UnsafeRawBufferPointer(scratch))
        }
    }
}

internal import DaybookModel

extension JSONObject {
    /// A row of `retention`; false if it is none.
    mutating func retention(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count > 1, value.count == 8, let scope = String(validating: key[1...], as: UTF8.self) else {
            return false
        }
        let number = UInt64(littleEndian: value.loadUnaligned(as: UInt64.self))
        text("scope", scope)
        switch key[0] {
        case 1: self.number("keepMicroseconds", number)
        case 2: self.number("held", number)
        case 3: self.number("erased", number)
        default: return false
        }
        return true
    }

    /// A row of `archives`; false if it is none.
    mutating func archive(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 9 else { return false }
        let number = UInt64(bigEndian: key.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
        switch key[0] {
        case 1:
            guard let record = ArchiveRecord(last: number, value) else { return false }
            self.number("first", record.first)
            self.number("last", record.last)
            self.number("checkpoint", record.checkpoint)
            instant("until", record.until)
            text("digest", record.digest.withUnsafeBytes(Hexadecimal.text))
            text("head", record.head.withUnsafeBytes(Hexadecimal.text))
            text("root", record.root.withUnsafeBytes(Hexadecimal.text))
            text("base", record.base.withUnsafeBytes(Hexadecimal.text))
        case 2:
            guard value.count == 8 else { return false }
            self.number("job", number)
            self.number("carried", UInt64(littleEndian: value.loadUnaligned(as: UInt64.self)))
        default: return false
        }
        return true
    }
}

internal import DaybookModel

/// The value of an event with another payload: under a key, or out of it. Everything before the payload stays.
enum SealedEvent {
    /// What stands in the field `sealed`; nil if the payload stands open, or there is none.
    static func content(of value: UnsafeRawBufferPointer, _ head: EventHead) -> UnsafeRawBufferPointer? {
        guard head.payload.count > saltCount else { return nil }
        var fields = FieldReader(ByteReader(value, head.payload.lowerBound + saltCount..<head.payload.upperBound))
        guard let first = (try? fields.next()) ?? nil, first.known == .sealed, first.form == RawField.Form.bytes else {
            return nil
        }
        return first.bytes
    }

    /// The value with its payload under a key; nil if there is none, or it is under one already.
    static func sealing(
        _ value: UnsafeRawBufferPointer, at sequence: SequenceNumber, _ seal: (UnsafeRawBufferPointer) throws -> [UInt8]
    ) throws -> (value: [UInt8], payloadCount: Int)? {
        let head = try EventHead(value, at: sequence)
        guard head.payload.count > saltCount, content(of: value, head) == nil else { return nil }
        let fields = UnsafeRawBufferPointer(
            rebasing: value[head.payload.lowerBound + saltCount..<head.payload.upperBound])
        return with(sealed: try seal(fields), in: value, head)
    }

    /// The value without its payload, in whose place it says that it was erased; nil if there is none.
    static func erasing(
        _ value: UnsafeRawBufferPointer, at sequence: SequenceNumber
    ) throws -> (value: [UInt8], payloadCount: Int)? {
        let head = try EventHead(value, at: sequence)
        guard head.payload.count > saltCount else { return nil }
        return with(sealed: Keyring.erased, in: value, head)
    }

    private static func with(
        sealed: [UInt8], in value: UnsafeRawBufferPointer, _ head: EventHead
    ) -> (value: [UInt8], payloadCount: Int) {
        let room = 2 * ByteWriter.varintBytesMax + sealed.count
        let field = [UInt8](unsafeUninitializedCapacity: room) { room, count in
            let start = UnsafeMutableRawPointer(room.baseAddress!)
            var out = ByteWriter(at: start)
            out.varint(UInt64(Field.sealed.rawValue) << 2 | UInt64(RawField.Form.bytes))
            out.varint(UInt64(sealed.count))
            sealed.withUnsafeBytes { out.bytes($0) }
            count = out.position - start
        }
        return (with(field, in: value, head), saltCount + field.count)
    }

    /// The value as it was before it was sealed; nil if it is not under a key, or cannot be opened.
    static func opening(
        _ value: UnsafeRawBufferPointer, at sequence: SequenceNumber, _ opener: PayloadOpener
    ) throws -> [UInt8]? {
        // What cannot be read is for whoever decodes it to report.
        guard let head = try? EventHead(value, at: sequence), let sealed = content(of: value, head),
            EventChecksum.matches(value, at: sequence),
            case .fields(let fields) = try opener.open(sealed, of: head, in: value, at: sequence)
        else { return nil }
        var opened = with(fields, in: value, head)
        let checksum = opened.withUnsafeBytes { EventChecksum.of($0, at: sequence) }
        opened.withUnsafeMutableBytes { $0.storeBytes(of: checksum.littleEndian, as: UInt32.self) }
        return opened
    }

    private static let saltCount = MemoryLayout<UInt64>.size

    /// The value with these fields behind its payload's salt.
    private static func with(_ fields: [UInt8], in value: UnsafeRawBufferPointer, _ head: EventHead) -> [UInt8] {
        let before = head.facts.lowerBound - ByteWriter.varintBytes(UInt64(head.payload.count))
        let payloadCount = saltCount + fields.count
        let roomCount = value.count + fields.count + ByteWriter.varintBytesMax
        return [UInt8](unsafeUninitializedCapacity: roomCount) { room, count in
            let start = UnsafeMutableRawPointer(room.baseAddress!)
            var out = ByteWriter(at: start)
            out.bytes(UnsafeRawBufferPointer(rebasing: value[..<before]))
            out.varint(UInt64(payloadCount))
            out.bytes(UnsafeRawBufferPointer(rebasing: value[head.facts]))
            out.bytes(
                UnsafeRawBufferPointer(rebasing: value[head.payload.lowerBound..<head.payload.lowerBound + saltCount]))
            fields.withUnsafeBytes { out.bytes($0) }
            out.bytes(UnsafeRawBufferPointer(rebasing: value[head.payload.upperBound...]))
            count = out.position - start
        }
    }
}

internal import DaybookModel

/// One event alone, as text: what `daybook decode event` shows, and back.
package enum EventText {
    /// Why it cannot be shown.
    package struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        package let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    /// The event whose sequence number (8 bytes, big-endian) and value stand in `hex`: the line that an export has
    /// for it, without `commit` and
    /// `hash`, which only a whole log tells.
    package static func canonical(hex: some StringProtocol) throws(Refusal) -> String {
        guard let bytes = Hexadecimal.bytes(hex.lowercased()) else {
            throw Refusal("It is not an even number of hex digits.")
        }
        guard bytes.count > 8 else {
            throw Refusal(
                "It is too short: 8 bytes of sequence number and a value are "
                    + "needed.")
        }
        let line: Result<String, Refusal> = bytes.withUnsafeBytes { bytes in
            do throws(Refusal) {
                let sequence = SequenceNumber(bigEndian: bytes.loadUnaligned(as: UInt64.self))
                return .success(try canonical(UnsafeRawBufferPointer(rebasing: bytes[8...]), at: sequence))
            } catch {
                return .failure(error)
            }
        }
        return try line.get()
    }

    private static func canonical(
        _ value: UnsafeRawBufferPointer, at sequence: SequenceNumber
    ) throws(Refusal) -> String {
        guard sequence > 0 else { throw Refusal("Sequence numbers begin at 1, and this one is 0.") }
        let json = EventJSON()
        do throws(EventDamage) {
            guard EventChecksum.matches(value, at: sequence) else { throw .badChecksum }
            let head = try EventHead(value, at: sequence)
            try FieldCheck.check(value, head)
            _ = try Event(value, head)
            json.add(value, head, at: sequence, nil)
        } catch {
            throw Refusal("Event \(sequence) cannot be read: \(error.sentence).")
        }
        return String(decoding: json.bytes.dropLast(), as: UTF8.self)
    }

    /// The bytes of a line that `canonical` gave: sequence number and value.
    package static func encoded(line text: String) throws(Refusal) -> [UInt8] {
        let line = ExportedLine(needsPlace: false)
        var text = text
        let flaw: LineFlaw? = text.withUTF8 { utf8 in
            do throws(LineFlaw) {
                try line.read(UnsafeRawBufferPointer(utf8))
                return nil
            } catch {
                return error
            }
        }
        if let flaw { throw Refusal("The line cannot be used: \(flaw.sentence).") }
        guard line.payloadDigest == nil else {
            throw Refusal(
                "The line's payload is withheld, so its bytes are not "
                    + "known.")
        }
        return bytes(line)
    }

    private static func bytes(_ line: ExportedLine) -> [UInt8] {
        let start = 8 + EventHead.Offset.version
        let count = start + line.value.count + (line.seal == nil ? 0 : Seal.byteCount)
        return [UInt8](unsafeUninitializedCapacity: count) { memory, written in
            let bytes = UnsafeMutableRawBufferPointer(memory)
            bytes.storeBytes(of: line.sequence.bigEndian, as: UInt64.self)
            bytes[8 + EventHead.Offset.mark] = line.seal == nil ? 0 : 1
            UnsafeMutableRawBufferPointer(rebasing: bytes[start...]).copyMemory(from: line.value)
            if let seal = line.seal, let base = bytes.baseAddress { seal.write(to: base + start + line.value.count) }
            let value = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[8..<count])
            bytes.storeBytes(
                of: EventChecksum.of(value, at: line.sequence).littleEndian, toByteOffset: 8, as: UInt32.self)
            written = count
        }
    }
}

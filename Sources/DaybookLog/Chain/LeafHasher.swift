internal import DaybookModel

internal import CDaybookPlatform

/// Hashes the leaves of many events at once: two messages are hashed side by side where the processor can.
///
/// A payload is hashed first, apart; then the leaf over the rest and that digest. Messages are laid out in a scratch that is
/// kept, so nothing is allocated once it has grown.
struct LeafHasher {
    private var scratch: [UInt8] = []
    private var offsets: [Int] = []
    private var lengths: [Int] = []
    private var payloads: [Hash] = []
    private var leaves: [Hash] = []

    /// One event's value, from its version on, without seal: facts and all before them, then the payload.
    struct Input {
        let sequence: SequenceNumber
        /// Everything up to the payload.
        let open: UnsafeRawBufferPointer
        let payload: UnsafeRawBufferPointer
    }

    /// Calls `each` with the leaf of each input, in order.
    mutating func hash(_ inputs: [Input], _ each: (Hash) throws -> Void) rethrows {
        try hash(count: inputs.count, { inputs[$0] }, each)
    }

    mutating func hash(count: Int, _ input: (Int) -> Input, _ each: (Hash) throws -> Void) rethrows {
        layPayloads(count, input)
        LeafHasher.digest(scratch, offsets, lengths, into: &payloads)
        layLeaves(count, input)
        LeafHasher.digest(scratch, offsets, lengths, into: &leaves)
        for index in 0..<count { try each(leaves[index]) }
    }

    private mutating func layPayloads(_ count: Int, _ input: (Int) -> Input) {
        restart()
        for index in 0..<count {
            let payload = input(index).payload
            guard !payload.isEmpty else { continue }
            lay(byteCount: 1 + payload.count) { out in
                out.byte(HashedAs.payload)
                out.bytes(payload)
            }
        }
    }

    private mutating func layLeaves(_ count: Int, _ input: (Int) -> Input) {
        restart()
        var nextPayload = 0
        for index in 0..<count {
            let input = input(index)
            let digest = input.payload.isEmpty ? nil : payloads[nextPayload]
            if digest != nil { nextPayload += 1 }
            lay(byteCount: 1 + 8 + input.open.count + (digest == nil ? 0 : Hash.byteCount)) { out in
                out.byte(HashedAs.leaf)
                out.fixed(input.sequence.byteSwapped)
                out.bytes(input.open)
                digest?.withBytes { out.bytes($0) }
            }
        }
    }

    private mutating func restart() {
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        used = 0
    }

    private var used = 0

    private mutating func lay(byteCount: Int, _ write: (inout ByteWriter) -> Void) {
        if used + byteCount > scratch.count {
            scratch.append(contentsOf: repeatElement(0, count: max(byteCount, scratch.count, 4096)))
        }
        scratch.withUnsafeMutableBytes { bytes in
            var out = ByteWriter(at: bytes.baseAddress! + used)
            write(&out)
        }
        offsets.append(used)
        lengths.append(byteCount)
        used += byteCount
    }

    private static func digest(_ scratch: [UInt8], _ offsets: [Int], _ lengths: [Int], into hashes: inout [Hash]) {
        while hashes.count < offsets.count { hashes.append(.zero) }
        guard !offsets.isEmpty else { return }
        scratch.withUnsafeBytes { bytes in
            let messages = offsets.map { UnsafeRawPointer(bytes.baseAddress! + $0) as UnsafeRawPointer? }
            hashes.withUnsafeMutableBytes { out in
                // The only error is a lack of memory for a fallback that needs a few hundred bytes.
                precondition(daybook_sha256_many(messages, lengths, offsets.count, out.baseAddress!) == 0)
            }
        }
    }
}

import CDaybookPlatform
import Testing

@Suite struct Crc32cTests {
    static let published: [(bytes: [UInt8], crc: UInt32)] = [
        (Array("123456789".utf8), 0xE306_9283),
        ([], 0),
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        (Array(0..<32), 0x46DD_794E),
        ((0..<32).reversed(), 0x113F_DB5C),
    ]

    @Test(arguments: published)
    func `the published examples come out`(bytes: [UInt8], crc: UInt32) {
        #expect(daybook_crc32c(0, bytes, bytes.count) == crc)
        #expect(daybook_crc32c_portable(0, bytes, bytes.count) == crc)
    }

    @Test func `the hardware and the portable way agree on every length and alignment`() {
        var generator = Generator(seed: 1)
        // Three full lanes of the longest kind are 1536 bytes; what comes after them begins anew.
        let bytes = generator.bytes(5000)
        for count in Array(0...700) + Array(1500...1600) + Array(3060...3130) + [4900] {
            let start = Int.random(in: 0...7, using: &generator)
            let before = UInt32.random(in: 0...UInt32.max, using: &generator)
            bytes.withUnsafeBytes { buffer in
                let place = buffer.baseAddress.map { $0 + start }
                #expect(
                    daybook_crc32c(before, place, count) == daybook_crc32c_portable(before, place, count),
                    "\(count) bytes from \(start), seed \(generator.seed)")
            }
        }
    }

    @Test func `a checksum can be computed piece by piece`() {
        var generator = Generator(seed: 2)
        let bytes = generator.bytes(300)
        let whole = daybook_crc32c(0, bytes, bytes.count)
        for cut in 0...300 {
            let first = daybook_crc32c(0, bytes, cut)
            let firstPortable = daybook_crc32c_portable(0, bytes, cut)
            let rest = Array(bytes[cut...])
            #expect(daybook_crc32c(first, rest, rest.count) == whole, "cut at \(cut)")
            #expect(daybook_crc32c_portable(firstPortable, rest, rest.count) == whole, "cut at \(cut)")
        }
    }

    @Test func `every flipped bit changes the checksum`() {
        var generator = Generator(seed: 3)
        var bytes = generator.bytes(160)
        let whole = daybook_crc32c(0, bytes, bytes.count)
        for bit in 0..<(bytes.count * 8) {
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(daybook_crc32c(0, bytes, bytes.count) != whole, "bit \(bit)")
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
    }

    @Test func `nothing behind the bytes is read`() throws {
        let memory = try GuardedBytes(capacity: 2000)
        for count in Array(0...200) + [1536, 1537, 1999] {
            let bytes = [UInt8](repeating: 0x5A, count: count)
            let place = memory.atTheEnd(bytes)
            #expect(daybook_crc32c(0, place, count) == daybook_crc32c_portable(0, bytes, count))
        }
    }
}

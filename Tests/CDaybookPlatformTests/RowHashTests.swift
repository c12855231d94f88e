import CDaybookPlatform
import Foundation
import Testing

struct RowHash: Hashable {
    var first: UInt64
    var second: UInt64

    init(seed: UInt64, key: [UInt8], value: [UInt8]) {
        var words: [UInt64] = [0, 0]
        daybook_row_hash(seed, key, key.count, value, value.count, &words)
        (first, second) = (words[0], words[1])
    }

    var text: String {
        [first, second].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined(separator: " ")
    }

    func differs(from other: RowHash, inBit bit: Int) -> Bool {
        let difference = bit < 64 ? first ^ other.first : second ^ other.second
        return difference >> UInt64(bit % 64) & 1 == 1
    }
}

@Suite struct RowHashTests {
    struct Row: CustomTestStringConvertible {
        var seed: UInt64
        var key: [UInt8]
        var value: [UInt8]

        var hash: RowHash { RowHash(seed: seed, key: key, value: value) }
        var testDescription: String { "seed \(seed), key of \(key.count), value of \(value.count) bytes" }
    }

    /// The examples of Docs/FileFormat.md.
    static let documented: [(row: Row, hash: String)] = [
        (Row(seed: 0, key: [], value: []), "74e5e500c1b13eb2 2e98acb5429341fb"),
        (Row(seed: 1, key: Array("key".utf8), value: Array("value".utf8)), "227b29488e314f31 e97517673d199f5c"),
        (
            Row(seed: 0x0123_4567_89AB_CDEF, key: Array(0x00...0x13), value: Array(0x14...0x77)),
            "ed4df0b5097e5fed ac3300f32703e2b1"
        ),
        (Row(seed: .max, key: Array(0x00...0x20), value: Array(0x00...0xFF)), "5e3adfc026c00e99 4bc673a936d4f303"),
    ]

    @Test(arguments: documented)
    func `the documented examples come out`(row: Row, hash: String) {
        #expect(row.hash.text == hash)
    }

    @Test func `the examples are those that the documentation prints`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "Docs/FileFormat.md"), encoding: .utf8)
        for (row, hash) in Self.documented {
            #expect(page.contains("`\(hash)`"), "\(row.testDescription)")
        }
    }

    @Test func `the description in Python agrees`() throws {
        var generator = Generator(seed: 4)
        var rows = Self.documented.map(\.row)
        for count in 0...80 {
            let other = Int.random(in: 0...300, using: &generator)
            rows.append(Row(seed: generator.next(), key: generator.bytes(count), value: generator.bytes(other)))
            rows.append(Row(seed: generator.next(), key: generator.bytes(other), value: generator.bytes(count)))
        }
        guard let answers = try Self.askPython(rows) else { return }
        #expect(answers.count == rows.count)
        for (row, answer) in zip(rows, answers) {
            #expect(row.hash.text == answer, "\(row.testDescription), generator \(generator.seed)")
        }
    }

    /// A line for each row from `row_hash.py`, or nothing where there is no python3.
    private static func askPython(_ rows: [Row]) throws -> [String]? {
        func hex(_ bytes: [UInt8]) -> String {
            bytes.isEmpty ? "-" : bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        return try withTemporaryFolder { folder in
            let questions = rows.map { "\(String($0.seed, radix: 16)) \(hex($0.key)) \(hex($0.value))\n" }.joined()
            try questions.write(toFile: folder + "/rows", atomically: false, encoding: .utf8)
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "row_hash.py").path
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/sh")
            shell.arguments = [
                "-c", "command -v python3 >/dev/null || exit 127; exec python3 \"$0\" <\"$1\"",
                script, folder + "/rows",
            ]
            let output = Pipe()
            shell.standardOutput = output
            try shell.run()
            let answers = try output.fileHandleForReading.readToEnd() ?? Data()
            shell.waitUntilExit()
            if shell.terminationStatus == 127 { return nil }
            #expect(shell.terminationStatus == 0)
            return String(decoding: answers, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    @Test(arguments: [(0, 1), (8, 0), (8, 16), (20, 33)])
    func `each flipped bit flips each bit of the hash half of the time`(keyCount: Int, valueCount: Int) {
        var generator = Generator(seed: 5)
        let samples = 256
        let inputBits = (keyCount + valueCount) * 8
        var flips = [Int](repeating: 0, count: (inputBits + 64) * 128)
        for _ in 0..<samples {
            let row = Row(
                seed: generator.next(), key: generator.bytes(keyCount), value: generator.bytes(valueCount))
            let before = row.hash
            for input in 0..<(inputBits + 64) {
                let after = row.flipping(bit: input).hash
                flips.withUnsafeMutableBufferPointer { flips in
                    for output in 0..<128 where before.differs(from: after, inBit: output) {
                        flips[input * 128 + output] += 1
                    }
                }
            }
        }
        // Six standard deviations of a fair coin thrown so often.
        let allowed = 6 * (Double(samples) / 4).squareRoot()
        let worst = flips.map { abs(Double($0) - Double(samples) / 2) }.max() ?? .infinity
        #expect(worst < allowed, "off by \(worst) of \(samples), generator \(generator.seed)")
    }

    @Test func `key and value are told apart`() {
        let bytes = Array(UInt8(0)..<40)
        var hashes: Set<RowHash> = []
        for cut in 0...40 {
            hashes.insert(RowHash(seed: 0, key: Array(bytes[..<cut]), value: Array(bytes[cut...])))
        }
        #expect(hashes.count == 41)
    }

    @Test func `zeros of every length differ`() {
        var hashes: Set<RowHash> = []
        for keyCount in 0..<40 {
            for valueCount in 0..<40 {
                hashes.insert(
                    RowHash(
                        seed: 0, key: [UInt8](repeating: 0, count: keyCount),
                        value: [UInt8](repeating: 0, count: valueCount)))
            }
        }
        for valueCount in stride(from: 1000, to: 60_000, by: 1000) {
            hashes.insert(RowHash(seed: 0, key: [], value: [UInt8](repeating: 0, count: valueCount)))
        }
        #expect(hashes.count == 40 * 40 + 59)
    }

    @Test func `seeds of an empty row differ`() {
        let hashes = Set((0..<10_000).map { RowHash(seed: $0, key: [], value: []) })
        #expect(hashes.count == 10_000)
    }

    @Test func `nothing behind key and value is read`() throws {
        let memory = try GuardedBytes(capacity: 100)
        for count in 0...100 {
            let bytes = [UInt8](repeating: 0x5A, count: count)
            let place = memory.atTheEnd(bytes)
            var words: [UInt64] = [0, 0]
            daybook_row_hash(6, place, count, place, count, &words)
            #expect(RowHash(seed: 6, key: bytes, value: bytes).first == words[0])
        }
    }
}

extension RowHashTests.Row {
    /// The row with one bit of its key, its value or (last) its seed flipped.
    func flipping(bit: Int) -> Self {
        var row = self
        if bit < key.count * 8 {
            row.key[bit / 8] ^= 1 << (bit % 8)
        } else if bit < (key.count + value.count) * 8 {
            row.value[bit / 8 - key.count] ^= 1 << (bit % 8)
        } else {
            row.seed ^= 1 << UInt64(bit - (key.count + value.count) * 8)
        }
        return row
    }
}

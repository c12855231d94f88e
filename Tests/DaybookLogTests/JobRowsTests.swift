import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `The rows of jobs in a fold` {
    /// A row that tells whose it is.
    private func row(_ number: UInt64) -> [UInt8] {
        Array(repeating: UInt8(truncatingIfNeeded: number &* 31 &+ number >> 8), count: JobRecord.byteCount)
    }

    @Test(arguments: [0, 8 << 20])
    func `are found wherever they have gone`(_ plainBytesMax: Int) throws {
        var rows = JobRows(folder: TemporaryFolder.path, plainBytesMax: plainBytesMax)
        let count = UInt64(JobRows.slotsInChunk * 5 + 100)
        var expected: [UInt64: UInt64] = [:]
        var random = SeededGenerator(seed: 7)
        for number in 1...count {
            try row(number).withUnsafeBytes { try rows.put(number * 3, $0) }
            expected[number * 3] = number
            guard number.isMultiple(of: 5) else { continue }
            // An older one, mostly of a chunk that is no longer in plain memory.
            let older = (random.next() % number + 1) * 3
            switch number % 4 {
            case 0:
                try rows.remove(older)
                expected[older] = nil
            case 1:
                try row(number + 1).withUnsafeBytes { try rows.put(older, $0) }
                expected[older] = number + 1
            default:
                let found = try rows.value(older).map { Array($0) }
                #expect(found == expected[older].map(row))
            }
        }
        #expect(rows.count == expected.count)
        var seen: [UInt64] = []
        var wrong = 0
        try rows.scan(from: 0) { id, value in
            seen.append(id)
            if expected[id].map({ value.elementsEqual(row($0)) }) != true { wrong += 1 }
            return true
        }
        #expect(wrong == 0)
        #expect(seen == expected.keys.sorted())
        #expect(try rows.value(1) == nil)
    }
}

import DaybookModel

// Reads TZif (RFC 9636), versions 2 and later. Such a file holds its data twice: first with 32-bit times for very old
// readers, which is skipped, then with 64-bit times, and after them a line with the rule for the future. All
// numbers are big-endian:
//
//     header: "TZif", version, 15 unused bytes, then how many of each there are, 4 bytes apiece:
//             UTC/local indicators, standard/wall indicators, leap seconds, transition times, types, name bytes
//     data:   transition times (8 bytes), the type each leads to (1), types (offset 4, daylight 1, name 1), names,
//             leap seconds, standard/wall indicators, UTC/local indicators
//     footer: line feed, rule, line feed

enum ZoneFile {
    static func table(named name: String, from bytes: [UInt8]) throws(ZoneError) -> ZoneTable {
        do {
            var reader = ZoneFileReader(bytes: bytes)
            return try reader.table(named: name)
        } catch {
            throw ZoneError(.malformed, "the file of the time zone \(quoted(name)) cannot be used: \(error.problem)")
        }
    }
}

package struct MalformedZone: Error {
    package let problem: String

    init(_ problem: String) {
        self.problem = problem
    }
}

private struct ZoneFileReader {
    private var rest: ArraySlice<UInt8>

    init(bytes: [UInt8]) {
        rest = bytes[...]
    }

    mutating func table(named name: String) throws(MalformedZone) -> ZoneTable {
        let old = try header()
        guard old.version >= UInt8(ascii: "2") else {
            throw MalformedZone("it has the format of before 2005; install current zone data")
        }
        _ = try take(old.dataSize(bytesPerTime: 4))
        let header = try header()
        guard header.leapSeconds == 0 else {
            throw MalformedZone("it counts leap seconds; use the zone without the prefix right/")
        }
        let times = try (0..<header.times).map { _ throws(MalformedZone) in try integer(Int64.self) }
        let kinds = try take(header.times)
        let offsets = try (0..<header.types).map { _ throws(MalformedZone) in try typeOffset() }
        _ = try take(header.nameBytes + header.standardIndicators + header.utcIndicators)
        guard let initial = offsets.first, kinds.allSatisfy({ $0 < offsets.count }) else {
            throw MalformedZone("it names a type of local time that it does not describe")
        }
        let transitions = zip(times, kinds).map { time, kind in
            ZoneTable.Transition(secondsSince1970: Int(time), offsetSeconds: offsets[Int(kind)])
        }
        return try table(named: name, initial: initial, transitions: transitions, rule: try footer())
    }

    private func table(
        named name: String, initial: Int, transitions: [ZoneTable.Transition], rule: ZoneRule?
    ) throws(MalformedZone) -> ZoneTable {
        // Without changes, the rule says all, also for the time before its first change.
        let initial = transitions.isEmpty ? rule?.standardOffsetSeconds ?? initial : initial
        do {
            return try ZoneTable(
                name: name, initialOffsetSeconds: initial, transitions: transitions, rule: rule)
        } catch {
            throw MalformedZone(error.description)
        }
    }

    private struct Header {
        var version: UInt8
        var utcIndicators, standardIndicators, leapSeconds, times, types, nameBytes: Int

        func dataSize(bytesPerTime: Int) -> Int {
            times * (bytesPerTime + 1) + types * 6 + nameBytes + leapSeconds * (bytesPerTime + 4)
                + standardIndicators + utcIndicators
        }
    }

    private mutating func header() throws(MalformedZone) -> Header {
        guard try take(4).elementsEqual("TZif".utf8) else { throw MalformedZone("it is not a zone file") }
        let version = try take(16)
        return Header(
            version: version[version.startIndex], utcIndicators: try count(), standardIndicators: try count(),
            leapSeconds: try count(), times: try count(), types: try count(), nameBytes: try count())
    }

    private mutating func count() throws(MalformedZone) -> Int {
        // 32 bits: sums and products of such counts do not overflow, and `take` refuses what is not there.
        let count = Int(try integer(UInt32.self))
        guard count <= rest.count else { throw MalformedZone("it is cut short") }
        return count
    }

    /// Offset to UTC; what follows it (daylight or not, name) does not matter here.
    private mutating func typeOffset() throws(MalformedZone) -> Int {
        let offset = Int(try integer(Int32.self))
        _ = try take(2)
        return offset
    }

    private mutating func footer() throws(MalformedZone) -> ZoneRule? {
        guard rest.first == UInt8(ascii: "\n"), let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\n")) else {
            throw MalformedZone("its last line is missing")
        }
        let line = rest[rest.startIndex + 1..<end]
        return line.isEmpty ? nil : try ZoneRule(posix: line)
    }

    private mutating func integer<Value: FixedWidthInteger>(_: Value.Type) throws(MalformedZone) -> Value {
        try take(MemoryLayout<Value>.size).reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    private mutating func take(_ count: Int) throws(MalformedZone) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw MalformedZone("it is cut short") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}

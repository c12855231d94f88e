import Foundation

/// A zone file made of parts, to be bent by tests.
struct ZonesBytes: Sendable {
    var version = UInt8(ascii: "2")
    var leapSeconds = 0
    var offsets: [Int32] = [0]
    var transitions: [(second: Int64, type: UInt8)] = []
    var rule = "UTC0"
    var hasFooter = true

    init(rule: String = "UTC0") { self.rule = rule }

    var data: Data {
        var data = header(times: 0, types: 1, leapSeconds: 0)
        // What old readers read: one type, one empty name.
        data += [0, 0, 0, 0, 0, 0, 0]
        data += header(times: transitions.count, types: offsets.count, leapSeconds: leapSeconds)
        for transition in transitions { data += bigEndian(transition.second) }
        data += transitions.map(\.type)
        for offset in offsets { data += bigEndian(offset) + [0, 0] }
        data += [0]
        data += [UInt8](repeating: 0, count: leapSeconds * 12)
        return hasFooter ? data + Data("\n\(rule)\n".utf8) : data
    }

    private func header(times: Int, types: Int, leapSeconds: Int) -> Data {
        let counts = [0, 0, leapSeconds, times, types, 1].map(Int32.init)
        return Data("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15) + counts.flatMap(bigEndian)
    }

    private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}

/// One process that came to work on the store.
package struct ProcessRecord: Equatable, Sendable {
    package enum Standing: UInt8, Sendable {
        case alive = 1
        case stopped = 2
        case lost = 3
    }

    package var standing: Standing
    package var since: Instant

    package init(standing: Standing, since: Instant) {
        self.standing = standing
        self.since = since
    }

    package static let byteCount = 9

    package func encoded() -> [UInt8] {
        [standing.rawValue] + withUnsafeBytes(of: since.microseconds.littleEndian) { Array($0) }
    }

    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == ProcessRecord.byteCount, let standing = Standing(rawValue: bytes[0]) else { return nil }
        self.standing = standing
        since = Instant(
            microseconds: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Int64.self)))
    }
}

/// One process that came to work on the store.
package struct ProcessRecord: Equatable, Sendable {
    package enum Standing: UInt8, Sendable {
        case alive = 1
        case stopped = 2
        case lost = 3
        /// Alive and asked to claim nothing.
        case quiet = 4
        /// Alive and asked to stop.
        case stopping = 5

        package var isAlive: Bool {
            switch self {
            case .alive, .quiet, .stopping: true
            case .stopped, .lost: false
            }
        }
    }

    package var standing: Standing
    package var since: Instant
    /// The jobs that it can run while it is alive.
    package var runs: Runnable

    package init(standing: Standing, since: Instant, runs: Runnable = .nothing) {
        self.standing = standing
        self.since = since
        self.runs = runs
    }

    private static let fixedByteCount = 9

    package func encoded() -> [UInt8] {
        [standing.rawValue] + withUnsafeBytes(of: since.microseconds.littleEndian) { Array($0) }
            + Array(runs.texts.joined(separator: "\n").utf8)
    }

    package init?(_ bytes: UnsafeRawBufferPointer) {
        let fixed = ProcessRecord.fixedByteCount
        guard bytes.count >= fixed, let standing = Standing(rawValue: bytes[0]) else { return nil }
        self.standing = standing
        since = Instant(
            microseconds: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Int64.self)))
        runs = Runnable(
            bytes[fixed...].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) })
    }
}

extension ProcessRecord.Standing {
    /// Where a process stands that was asked for this.
    init(_ wish: ProcessWish) {
        switch wish {
        case .quiet: self = .quiet
        case .stop: self = .stopping
        case .resume: self = .alive
        }
    }
}

// The head of a presence file. It keeps its form in every release, so that any release can say who has the folder open;
// what follows it belongs to the engine and goes by `version`.
//
// | offset | size | what |
// |---|---|---|
// | 0 | 8 | `DAYBKPRS` |
// | 8 | 4 | version of the engine's part |
// | 12 | 4 | pid, as the process itself sees it |
// | 16 | 8 | number of its pid namespace |
// | 24 | 8 | number of its time namespace |
// | 32 | 16 | boot id |
// | 48 | 8 | started: microseconds since 1970, signed |
// | 56 | 8 | started: nanoseconds on the monotonic clock |
// | 64 | 4 | 1 if it may write, 0 if it only reads |
// | 72 | 8 | number of its `processStarted` event; 0 while it has none |
// | 80 | 2 | length of the program's name |
// | 82 | 174 | the program's name, UTF-8 |
// | 256 | 32512 | the engine's; see EnginePart |

package import DaybookModel

/// Who has a folder open, as it says itself.
package struct ProcessFacts: Equatable, Sendable {
    package static let currentVersion: UInt32 = 1

    package var version = ProcessFacts.currentVersion
    package var processID: Int32
    package var pidNamespace: UInt64
    package var timeNamespace: UInt64
    package var boot: [UInt8]
    package var started: Instant
    package var startedMonotonicNanoseconds: UInt64
    package var writes: Bool
    package var program: String
    /// The process's `processStarted` event; 0 while it has none.
    package var event: SequenceNumber = 0

    init(_ host: HostFacts, writes: Bool, program: String) {
        processID = host.processID
        pidNamespace = host.pidNamespace
        timeNamespace = host.timeNamespace
        boot = host.boot
        started = host.now()
        startedMonotonicNanoseconds = MonotonicClock.nowNanoseconds
        self.writes = writes
        self.program = program
    }
}

extension ProcessFacts {
    static let byteCount = 256
    static let eventOffset = 72
    private static let magic = Array("DAYBKPRS".utf8)
    private static let programOffset = 82
    private static let programByteCountMax = byteCount - programOffset

    /// The head, and zeros up to the end of the page.
    var page: [UInt8] {
        var page = [UInt8](repeating: 0, count: SharedPage.byteCount)
        page.replaceSubrange(0..<8, with: ProcessFacts.magic)
        page.store(version, at: 8)
        page.store(processID, at: 12)
        page.store(pidNamespace, at: 16)
        page.store(timeNamespace, at: 24)
        page.replaceSubrange(32..<48, with: boot)
        page.store(started.microseconds, at: 48)
        page.store(startedMonotonicNanoseconds, at: 56)
        page.store(UInt32(writes ? 1 : 0), at: 64)
        page.store(event, at: ProcessFacts.eventOffset)
        let name = Array(program.utf8.prefix(ProcessFacts.programByteCountMax))
        page.store(UInt16(name.count), at: 80)
        page.replaceSubrange(ProcessFacts.programOffset..<ProcessFacts.programOffset + name.count, with: name)
        return page
    }

    /// What a page says; nil if it is not one of a process.
    init?(page: [UInt8]) {
        guard page.count >= ProcessFacts.byteCount, page.starts(with: ProcessFacts.magic) else { return nil }
        version = page.load(at: 8)
        processID = page.load(at: 12)
        pidNamespace = page.load(at: 16)
        timeNamespace = page.load(at: 24)
        boot = Array(page[32..<48])
        started = Instant(microseconds: page.load(at: 48))
        startedMonotonicNanoseconds = page.load(at: 56)
        writes = page.load(at: 64, as: UInt32.self) != 0
        event = page.load(at: ProcessFacts.eventOffset)
        let nameByteCount = min(Int(page.load(at: 80, as: UInt16.self)), ProcessFacts.programByteCountMax)
        program = String(decoding: page[ProcessFacts.programOffset...].prefix(nameByteCount), as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate mutating func store<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number, at offset: Int) {
        withUnsafeMutableBytes { $0.storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self) }
    }

    fileprivate func load<Number: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as: Number.Type = Number.self
    ) -> Number {
        withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
    }
}

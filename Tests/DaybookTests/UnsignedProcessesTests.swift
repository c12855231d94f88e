import DaybookModel
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `Processes that left no sign` {
    private static let now = Instant(microseconds: 1_772_366_400_000_000)

    private func started(_ number: UInt64, boot: String = "here") -> ProcessStarted {
        ProcessStarted(processID: number, host: "h", user: "u", program: "test", boot: boot)
    }

    @Test func `are gone if they are not there, and one whose event is damaged keeps nobody from that`() throws {
        let storage = MemoryStorage()
        let writer = LogWriter(storage)
        for number in 1...4 as ClosedRange<UInt64> {
            _ = try writer.turn(now: Self.now) { try $0.perform(.startProcess(Box(started(number)))) }
        }
        _ = try writer.turn(now: Self.now) { try $0.perform(.loseProcess(4, by: .system)) }
        storage.damage(event: 1) { for index in 4..<$0.count { $0[index] = 0xFF } }
        #expect(throws: (any Error).self) { try storage.read { try $0.event(1) { try Event($0, at: 1) } } }
        let gone = try storage.read { log in
            try UnsignedProcesses.gone(besides: [2], by: { _ in true }, in: log)
        }
        #expect(gone == [3])
    }

    @Test func `are told by their boot and their number`() throws {
        let host = try HostFacts.real()
        let boot = host.boot.withUnsafeBytes { Hexadecimal.text($0) }
        #expect(host.isGone(started(1, boot: "of another boot")))
        #expect(!host.isGone(started(1, boot: boot)))
        #expect(!host.isGone(started(1, boot: "")))
        // Its own number was somebody else's then, and no number is as high as this.
        #expect(host.isGone(started(UInt64(host.processID), boot: boot)))
        #expect(host.isGone(started(UInt64(Int32.max), boot: boot)))
        #expect(host.isGone(started(.max, boot: boot)))
    }
}

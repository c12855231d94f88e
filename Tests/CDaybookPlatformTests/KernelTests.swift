import CDaybookPlatform
import Foundation
import Testing

@Suite struct KernelTests {
    @Test func `the monotonic clock never steps back`() {
        var last = daybook_monotonic_nanoseconds()
        for _ in 0..<10_000 {
            let now = daybook_monotonic_nanoseconds()
            #expect(now >= last)
            last = now
        }
    }

    @Test func `the wall clock counts microseconds since 1970`() {
        let before = Date().timeIntervalSince1970
        let now = Double(daybook_wall_microseconds()) / 1_000_000
        let after = Date().timeIntervalSince1970
        // A millisecond of slack for how the two are rounded.
        #expect(now >= before - 0.001 && now <= after + 0.001)
    }

    #if os(Linux)
        @Test func `the boot's identity is the kernel's`() throws {
            var identity = [UInt8](repeating: 0, count: 16)
            #expect(daybook_boot_identity(&identity) == 0)
            let text = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
            let digits = identity.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            #expect(text.filter(\.isHexDigit) == digits)
        }

        @Test func `a namespace's number is the one that the kernel prints`() throws {
            func printed(_ kind: String) throws -> UInt64? {
                let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(kind)")
                return UInt64(link.filter(\.isNumber))
            }
            var number: UInt64 = 0
            #expect(daybook_pid_namespace(&number) == 0)
            #expect(try number == printed("pid"))
            #expect(daybook_time_namespace(&number) == 0)
            #expect(try number == printed("time"))
        }
    #endif

    @Test func `random bytes fill what was asked for and nothing else`() {
        var bytes = [UInt8](repeating: 0, count: 100_001)
        #expect(daybook_random_bytes(&bytes, 100_000) == 0)
        #expect(Set(bytes[..<50_000]).count == 256)
        #expect(Set(bytes[50_000..<100_000]).count == 256)
        #expect(bytes[100_000] == 0)
    }
}

import CDaybookPlatform
import Foundation
import Testing

/// A word in a file that is mapped twice, as two processes would have it.
final class SharedWord: @unchecked Sendable {
    // Sendable: the pointers never change, and what they point to is touched by atomic functions only.
    let here: UnsafeMutablePointer<UInt32>
    let there: UnsafeMutablePointer<UInt32>
    /// The word behind it.
    var flag: UnsafeMutablePointer<UInt32> { here + 1 }

    init(descriptor: Int32) throws {
        try #require(ftruncate(descriptor, 4096) == 0)
        func map() throws -> UnsafeMutablePointer<UInt32> {
            let place = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
            try #require(place != MAP_FAILED)
            return try #require(place).assumingMemoryBound(to: UInt32.self)
        }
        here = try map()
        there = try map()
    }

    deinit {
        munmap(here, 4096)
        munmap(there, 4096)
    }
}

@Suite struct SharedWordTests {
    @Test func `a word that has changed is not waited for`() throws {
        try withTemporaryFile { descriptor, _ in
            let word = try SharedWord(descriptor: descriptor)
            daybook_atomic_store_u32(word.there, 2)
            #expect(daybook_word_wait(word.here, 1, UInt32.max, UInt64.max) == EAGAIN)
        }
    }

    #if os(Linux)
        @Test func `waiting ends at the time limit`() throws {
            try withTemporaryFile { descriptor, _ in
                let word = try SharedWord(descriptor: descriptor)
                let began = daybook_monotonic_nanoseconds()
                #expect(daybook_word_wait(word.here, 0, UInt32.max, 2_000_000) == ETIMEDOUT)
                #expect(daybook_monotonic_nanoseconds() - began >= 2_000_000)
            }
        }

        @Test func `a waiter is woken through another mapping of the same file`() throws {
            try withTemporaryFile { descriptor, _ in
                let word = try SharedWord(descriptor: descriptor)
                let limit: UInt64 = 20_000_000_000
                let waiter = Thread {
                    // The word stays as it is, so only a wake-up or the limit ends this.
                    let result = daybook_word_wait(word.here, 0, UInt32.max, limit)
                    daybook_atomic_store_u32(word.flag, result == 0 ? 1 : 2)
                }
                waiter.start()
                var woken: Int32 = 0
                while woken == 0, daybook_atomic_load_u32(word.flag) == 0 {
                    #expect(daybook_word_wake(word.there, 1, UInt32.max, &woken) == 0)
                    sched_yield()
                }
                #expect(woken == 1, "nobody was woken in 20 seconds")
                while daybook_atomic_load_u32(word.flag) == 0 { sched_yield() }
                #expect(daybook_atomic_load_u32(word.flag) == 1)
            }
        }

        @Test func `a waiter sleeps on when others are called`() throws {
            try withTemporaryFile { descriptor, _ in
                let word = try SharedWord(descriptor: descriptor)
                let waiter = Thread {
                    let result = daybook_word_wait(word.here, 0, 0b110, 20_000_000_000)
                    daybook_atomic_store_u32(word.flag, result == 0 ? 1 : 2)
                }
                waiter.start()
                while !isSleepedOn(word.here), daybook_atomic_load_u32(word.flag) == 0 { sched_yield() }
                var woken: Int32 = -1
                #expect(daybook_word_wake(word.there, .max, ~0b110, &woken) == 0)
                #expect(woken == 0)
                #expect(daybook_word_wake(word.there, .max, 0b100, &woken) == 0)
                #expect(woken == 1)
                while daybook_atomic_load_u32(word.flag) == 0 { sched_yield() }
                #expect(daybook_atomic_load_u32(word.flag) == 1)
            }
        }

        /// Whether a thread of this process is in a call of the system whose first argument is this address.
        private func isSleepedOn(_ word: UnsafeMutablePointer<UInt32>) -> Bool {
            let tasks = "/proc/self/task"
            let address = "0x" + String(UInt(bitPattern: word), radix: 16)
            let numbers = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
            return numbers.contains { number in
                let call = try? String(contentsOfFile: "\(tasks)/\(number)/syscall", encoding: .utf8)
                return call?.split(separator: " ").dropFirst().first.map(String.init) == address
            }
        }

        @Test func `waking nobody says so`() throws {
            try withTemporaryFile { descriptor, _ in
                let word = try SharedWord(descriptor: descriptor)
                var woken: Int32 = -1
                #expect(daybook_word_wake(word.here, 1, UInt32.max, &woken) == 0)
                #expect(woken == 0)
            }
        }
    #endif

    @Test func `additions from several threads are all there`() async throws {
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)
        words.initialize(repeating: 0, count: 2)
        defer { words.deallocate() }
        nonisolated(unsafe) let shared = words  // only touched by atomic functions
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<10_000 {
                        _ = daybook_atomic_fetch_add_u64(shared, 1)
                        shared.withMemoryRebound(to: UInt32.self, capacity: 4) {
                            _ = daybook_atomic_fetch_add_u32($0 + 2, 3)
                        }
                    }
                }
            }
        }
        #expect(daybook_atomic_load_u64(words) == 40_000)
        words.withMemoryRebound(to: UInt32.self, capacity: 4) {
            #expect(daybook_atomic_load_u32($0 + 2) == 120_000)
        }
    }

    @Test func `an exchange happens only against the expected value and else says what is there`() {
        var narrow: UInt32 = 5
        var expectedNarrow: UInt32 = 4
        #expect(!daybook_atomic_compare_exchange_u32(&narrow, &expectedNarrow, 9))
        #expect(expectedNarrow == 5 && narrow == 5)
        #expect(daybook_atomic_compare_exchange_u32(&narrow, &expectedNarrow, 9))
        #expect(narrow == 9)
        var wide: UInt64 = 1 << 40
        var expectedWide: UInt64 = 0
        #expect(!daybook_atomic_compare_exchange_u64(&wide, &expectedWide, 7))
        #expect(expectedWide == 1 << 40 && wide == 1 << 40)
        #expect(daybook_atomic_compare_exchange_u64(&wide, &expectedWide, 7))
        #expect(wide == 7)
    }
}

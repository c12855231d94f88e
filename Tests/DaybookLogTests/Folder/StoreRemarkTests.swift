import Testing

@testable import DaybookLog

@Suite struct `What a store's figures say` {
    private func facts(
        flags: [String] = [], mapSizeBytes: Int = 1 << 38, usedBytes: Int = 1 << 20, diskFreeBytes: Int = 1 << 40,
        refusesNewWork: Bool = false, readers: [StoreFacts.Reader] = []
    ) -> StoreFacts {
        StoreFacts(
            format: 1, ledgersVersion: 1, libraryVersion: "0.9.24", flags: flags, mapSizeBytes: mapSizeBytes,
            fileSizeBytes: usedBytes, usedBytes: usedBytes, freePages: 0, pageSizeBytes: 4_096,
            diskFreeBytes: diskFreeBytes, refusesNewWork: refusesNewWork, readersMax: 126, readers: readers, tables: [])
    }

    /// What is not well, by what it is about.
    private func found(_ facts: StoreFacts) -> [String: String] {
        Dictionary(uniqueKeysWithValues: facts.remarks.filter { $0.kind != .fine }.map { ($0.about, $0.text) })
    }

    @Test func `nothing is wrong with a store that is well`() {
        #expect(found(facts()).isEmpty)
    }

    @Test func `a flag that loses is named`() {
        #expect(found(facts(flags: ["NOSYNC"]))["flags"]?.hasPrefix("LMDB runs with NOSYNC") == true)
    }

    @Test func `a full disk and a full map are named`() {
        #expect(found(facts(diskFreeBytes: 1 << 20))["space"]?.hasPrefix("the disk has only 1.0 MB left") == true)
        #expect(found(facts(mapSizeBytes: 1 << 20))["space"]?.contains("is nearly full") == true)
    }

    @Test func `that new work is refused is said where it is, and not before`() {
        let low = found(facts(diskFreeBytes: 3 << 20))["space"]
        #expect(low?.contains("or new work will be refused") == true)
        let full = found(facts(diskFreeBytes: 3 << 20, refusesNewWork: true))["space"]
        #expect(full?.contains("new work is refused until you free some") == true)
    }

    @Test func `old snapshots and slots that are taken are named`() {
        let old = found(facts(readers: [.init(processID: 7, commitsBehind: 5_000)]))
        #expect(old["readers"]?.hasPrefix("pid 7 holds a snapshot that is 5000 commits old") == true)
        let many = Array(repeating: StoreFacts.Reader(processID: 7, commitsBehind: nil), count: 120)
        #expect(found(facts(readers: many))["readers"]?.hasPrefix("120 of 126 reader slots") == true)
    }
}

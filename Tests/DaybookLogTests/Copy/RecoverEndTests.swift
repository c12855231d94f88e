@testable import DaybookLMDB
import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// A store whose beginning is archived, to be damaged in one place at a time.
private struct EndWreck {
    let wreck: ArchivedWreck
    let whole: [UInt8]
    /// The events that lie on each page of the file, and on no other.
    let only: [Int: Set<Int>]

    init(_ wreck: ArchivedWreck) throws {
        self.wreck = wreck
        let data = wreck.store.path + "/data.mdb"
        wreck.store.folder.close()
        whole = try contents(data)
        let archived = try wreck.store.archiveNames().map {
            try #require(ArchiveHeader(try wreck.store.bytes(of: $0)))
        }
        var places: [Int: Set<Int>] = [:]
        for page in try Scavenged(try DamagedDataFile(data)).pages {
            for event in page.first...page.last { places[Int(event), default: []].insert(Int(page.page)) }
        }
        var only: [Int: Set<Int>] = [:]
        for (event, pages) in places where pages.count == 1 {
            guard let page = pages.first, !archived.contains(where: { $0.first...$0.last ~= UInt64(event) }) else {
                continue
            }
            only[page, default: []].insert(event)
        }
        self.only = only
    }

    var pageCount: Int { whole.count / 4_096 }

    /// Recovers the store after `change`, and expects every event that is not on that page as it was, and to be told of
    /// each that is not there.
    func check(_ what: Comment, page: Int, _ change: (inout ArraySlice<UInt8>) -> Void) throws {
        var bytes = whole
        change(&bytes[page * 4_096..<(page + 1) * 4_096])
        try write(bytes, to: wreck.store.path + "/data.mdb")
        try? FileManager.default.removeItem(atPath: wreck.saved)
        let summary = try StoreFolder.recover(
            at: wreck.saved, from: wreck.store.path, program: "test", options: .forTests)
        let new = try Copied.log(wreck.saved)
        let gone = only[page] ?? []
        var lost: Set<Int> = []
        for index in 1..<wreck.log.count {
            guard index >= new.count || Wreck.said(new[index]) != Wreck.said(wreck.log[index]) else { continue }
            lost.insert(index + 1)
        }
        #expect(lost.isSubset(of: gone), "\(what): \(lost.subtracting(gone).sorted())")
        if summary.isEndKnown {
            #expect(new.count >= wreck.log.count, what)
            // More numbers may be thought to be missing than there were, and never fewer.
            #expect(Int(summary.missing + summary.recreated) >= lost.count, what)
        } else {
            #expect(new.count >= (lost.min() ?? wreck.log.count) - 1, what)
        }
        #expect(try Copied.verdict(wreck.saved).verdict == .good, what)
    }
}

@Suite struct `The end of a damaged log` {
    @Test func `whichever page cannot be read, events of an archived log are kept or named`() throws {
        try ArchivedWreck.with(jobs: 400, [401, 801]) { wreck in
            let wreck = try EndWreck(wreck)
            let some = runsEverything ? 1 : 3
            for page in stride(from: 2, to: wreck.pageCount, by: some) {
                try wreck.check("page \(page)", page: page) { page in
                    page = ArraySlice(repeatElement(0, count: page.count))
                }
            }
        }
    }

    /// One bit makes a page's number that of its neighbour.
    @Test func `a way to the last leaf that ends at another does not make that the end`() throws {
        try ArchivedWreck.with(jobs: 400, [401]) { wreck in
            let wreck = try EndWreck(wreck)
            let file = try DamagedDataFile(wreck.wreck.store.path + "/data.mdb")
            let tree = try #require(file.tree(of: LogDatabases.events, in: file.metaPages[0]))
            let last = try #require(tree.lastLeaf)
            var ways = 0
            for page in 2..<wreck.pageCount {
                let bytes = Array(wreck.whole[page * 4_096..<(page + 1) * 4_096])
                guard let slots = PageSlots(bytes, header: 16), slots.flags & PageSlots.branch != 0,
                    let node = slots.nodes.last?.node, let before = slots.nodes.dropLast().last?.node,
                    bytes.number(at: node, UInt16.self) == UInt16(last)
                else { continue }
                ways += 1
                try wreck.check("page \(page)", page: page) { page in
                    for offset in 0..<2 { page[page.startIndex + node + offset] = bytes[before + offset] }
                }
            }
            #expect(ways > 0)
        }
    }

    @Test(arguments: 0..<2 as Range<UInt64>)
    func `a damaged event on the last leaf of an archived log costs itself alone`(seed: UInt64) throws {
        try ArchivedWreck.with(jobs: 400, [401]) { wreck in
            let wreck = try EndWreck(wreck)
            var random = SeededGenerator(seed: seed)
            let last = try #require(
                try Scavenged(try DamagedDataFile(wreck.wreck.store.path + "/data.mdb")).pages.filter(\.isReached).max {
                    $0.last < $1.last
                })
            #expect(Int(last.last) == wreck.wreck.log.count)
            let offsets = (0..<(runsEverything ? 60 : 12)).map { _ in Int.random(in: 0..<4_096, using: &random) }
            // Its header, its last slots, and anywhere.
            for offset in Array(10..<16) + offsets {
                let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
                try wreck.check("seed \(seed), byte \(offset), bit \(bit)", page: Int(last.page)) {
                    $0[$0.startIndex + offset] ^= bit
                }
            }
        }
    }
}

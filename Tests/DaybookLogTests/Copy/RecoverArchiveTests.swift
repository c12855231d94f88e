import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// An archived store to be damaged, and what was in it.
struct ArchivedWreck {
    let store: ArchivedStore
    let log: [[UInt8]]
    let names: [String]

    /// Archived up to each of these events.
    static func with(
        jobs: Int = 1_500, padding: Int = 0, _ places: [SequenceNumber], _ body: (ArchivedWreck) throws -> Void
    ) throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: jobs, padding: padding)
            for place in places { try store.archive(before: place) }
            let names = places.isEmpty ? [] : try store.archiveNames()
            try body(ArchivedWreck(store: store, log: try store.wholeLog(), names: names))
        }
    }

    var saved: String { store.path + "-saved" }

    /// The new log has each event as it was, a gap or a creation that was made anew, and verifies. Answers which are
    /// not as they were.
    func recover(sourceLocation: SourceLocation = #_sourceLocation) throws -> (RecoverySummary, gaps: Set<Int>) {
        store.folder.close()
        try? FileManager.default.removeItem(atPath: saved)
        let summary = try StoreFolder.recover(at: saved, from: store.path, program: "test", options: .forTests)
        let new = try Copied.log(saved)
        var gaps: Set<Int> = []
        #expect(new.count >= log.count, sourceLocation: sourceLocation)
        for index in 1..<min(log.count, new.count) where Wreck.said(new[index]) != Wreck.said(log[index]) {
            gaps.insert(index + 1)
            let isCreation = log[index][6] == EventKind.created.rawValue && new[index][6] == log[index][6]
            #expect(
                new[index][6] == EventKind.gap.rawValue || isCreation, "event \(index + 1)",
                sourceLocation: sourceLocation)
        }
        let missing = gaps.count(where: { new[$0 - 1][6] == EventKind.gap.rawValue })
        #expect(summary.missing == UInt64(missing), sourceLocation: sourceLocation)
        // Some creations come out as they were.
        #expect(gaps.count - missing <= Int(summary.recreated), sourceLocation: sourceLocation)
        let lost = summary.missing + summary.recreated
        #expect(summary.kept == UInt64(log.count - 1) - lost, sourceLocation: sourceLocation)
        let report = try Copied.verdict(saved)
        #expect(report.verdict == .good, "\(report.text)", sourceLocation: sourceLocation)
        return (summary, gaps)
    }

    /// The file of the log itself loses all that is no longer in use.
    func compact() throws {
        store.folder.close()
        _ = try StoreFolder.compact(store.path, program: "test", options: .forTests)
    }

    func putForeignArchive(as name: String) throws {
        try ArchivedStore.inTemporaryFolder { other throws in
            try other.work(jobs: 2_000, finishing: true)
            try other.archive(before: try other.last())
            let bytes = try other.bytes(of: try other.archiveNames()[0])
            try FileManager.default.createDirectory(
                atPath: store.path + "/archive", withIntermediateDirectories: true)
            try store.write(bytes, to: name)
        }
    }
}

@Suite struct `Recovering with archives` {
    @Test func `an archive of another store takes nothing from the log, and is named`() throws {
        try ArchivedWreck.with([]) { wreck in
            try wreck.putForeignArchive(as: "events-000000000001-000000006000.archive")
            let (summary, gaps) = try wreck.recover()
            #expect(gaps.isEmpty)
            #expect(summary.archives.map(\.kind) == [.leftOut])
            #expect(summary.archives.first?.sentence.contains("another store") == true)
        }
    }

    @Test func `in place of one in the middle an archive of another store costs that one and no more`() throws {
        try ArchivedWreck.with([1_001, 2_001, 3_001]) { wreck in
            try wreck.compact()
            let middle = try wreck.store.bytes(of: wreck.names[1])
            try wreck.putForeignArchive(as: wreck.names[1])
            let (summary, gaps) = try wreck.recover()
            let archived = try #require(ArchiveHeader(middle))
            #expect(gaps == Set((Int(archived.first)...Int(archived.last))))
            #expect(summary.archives.map(\.kind) == [.leftOut, .missing])
            #expect(summary.archives.allSatisfy { $0.name == wreck.names[1] })
            // A file's name tells nothing.
            try wreck.store.write(middle, to: "found.archive")
            #expect(try wreck.recover().gaps.isEmpty)
        }
    }

    @Test func `an archive of a store that was restored and went another way is not believed`() throws {
        try ArchivedWreck.with([]) { wreck in
            let store = wreck.store
            _ = try store.folder.backUp(to: store.path + "-backup")
            let last = try store.last()
            // The lost future, archived.
            try store.work(jobs: 300)
            try store.archive(before: try store.last())
            let (name, lost) = (try store.archiveNames()[0], try store.bytes(of: try store.archiveNames()[0]))
            store.folder.close()
            // And another one.
            let restored = store.path + "-restored"
            _ = try StoreFolder.restore(at: restored, from: store.path + "-backup", program: "test")
            let folder = try StoreFolder.opened(restored)
            let writer = LogWriter(folder.storage)
            for _ in 0..<500 { try writer.perform(.enqueue()) }
            folder.close()
            let log = try Copied.log(restored)
            try FileManager.default.createDirectory(atPath: restored + "/archive", withIntermediateDirectories: true)
            try write(lost, to: restored + "/archive/" + name)
            let summary = try StoreFolder.recover(at: wreck.saved, from: restored, program: "test")
            #expect(summary.archives.map(\.kind) == [.leftOut])
            #expect(summary.archives.first?.why.contains("event \(last + 1) ") == true)
            let new = try Copied.log(wreck.saved)
            #expect(zip(log, new).dropFirst().allSatisfy { Wreck.said($0) == Wreck.said($1) })
            #expect(summary.missing == 0)
        }
    }

    @Test func `a data file in which nothing is left costs what was not archived`() throws {
        try ArchivedWreck.with([2_001]) { wreck in
            wreck.store.folder.close()
            let count = try contents(wreck.store.path + "/data.mdb").count
            try write([UInt8](repeating: 7, count: count), to: wreck.store.path + "/data.mdb")
            let summary = try StoreFolder.recover(at: wreck.saved, from: wreck.store.path, program: "test")
            let last = try #require(ArchiveHeader(try wreck.store.bytes(of: wreck.names[0]))).last
            #expect(summary.kept == last - 1 && summary.missing == 0 && !summary.isEndKnown)
        }
    }

    @Test func `of a cut archive all that is before the cut is kept`() throws {
        try ArchivedWreck.with(jobs: 1_200, padding: 1_000, [3_001]) { wreck in
            try wreck.compact()
            let whole = try wreck.store.bytes(of: wreck.names[0])
            let archived = Int(try #require(ArchiveHeader(whole)).last)
            let folder = try FolderDescriptor(opening: wreck.store.path + "/archive")
            let index = try #require(try DamagedArchive(folder, wreck.names[0]).index)
            var keptOfCutBlocks = 0
            for part in [80, 61, 43, 20] {
                let cut = whole.count * part / 100
                let sure = index.filter { Int($0.offset) + Int($0.storedCount) <= cut }.reduce(0) {
                    $0 + Int($1.eventCount)
                }
                try wreck.store.write(Array(whole.prefix(cut)), to: wreck.names[0])
                let (summary, gaps) = try wreck.recover()
                let kept = (gaps.min() ?? archived + 1) - 1
                #expect(kept >= sure && kept <= archived, "\(kept), \(sure) of \(archived) at \(part) %")
                keptOfCutBlocks += kept - sure
                #expect(gaps.isSubset(of: Set(2...archived)))
                #expect(
                    summary.archives.map(\.kind) == [.damaged]
                        && summary.archives.first?.why.contains("cut off") == true)
            }
            #expect(keptOfCutBlocks > 0 && keptOfCutBlocks < 4 * archived)
        }
    }

    @Test func `a flipped byte anywhere costs one block at most, also where the index is gone`() throws {
        try ArchivedWreck.with(jobs: 1_200, padding: 1_000, [3_001]) { wreck in
            try wreck.compact()
            let whole = try wreck.store.bytes(of: wreck.names[0])
            let folder = try FolderDescriptor(opening: wreck.store.path + "/archive")
            let index = try #require(try DamagedArchive(folder, wreck.names[0]).index)
            let block = Int(try #require(index.map(\.eventCount).max()))
            try #require(index.count > 3)
            var random = SeededGenerator(seed: 5)
            let anywhere = (0..<(runsEverything ? 8 : 2)).map { _ in Int.random(in: 88..<whole.count, using: &random) }
            for place in (runsEverything ? [0, 30, 45, 60] : [30]) + anywhere {
                for isCut in [false, true] {
                    var bytes = whole
                    bytes[place] ^= 1
                    if isCut { bytes.removeLast(32) }
                    try wreck.store.write(bytes, to: wreck.names[0])
                    let (summary, gaps) = try wreck.recover()
                    #expect(gaps.count <= block + 1, "byte \(place), cut: \(isCut), \(summary.archives)")
                }
            }
        }
    }

    @Test func `a store with gaps verifies and is copied when these are archived`() throws {
        try ArchivedWreck.with(jobs: 600, []) { wreck in
            let pages = try Wreck(path: wreck.store.path, log: wreck.log).eventPages()
            let claims = try #require(pages.first { $0.events.lowerBound > 650 && $0.events.upperBound < 1_200 })
            wreck.store.folder.close()
            let data = wreck.store.path + "/data.mdb"
            var bytes = try contents(data)
            for (page, events) in pages where events == claims.events {
                bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: repeatElement(0, count: 4_096))
            }
            try write(bytes, to: data)
            let gaps = try wreck.recover().gaps.sorted()
            let folder = try StoreFolder.opened(wreck.saved)
            defer { folder.close() }
            let bound = ArchiveBound.sequence(UInt64(try #require(gaps.last)) + 1)
            let archived = try #require(try folder.archive(before: bound, by: .person("ann"), now: { .second(9_000) }))
            let archivedThrough = archived.record.last
            // Behind the archive there are ends of runs whose beginnings are gaps in it.
            let lost = Set(gaps.map { SequenceNumber($0) }.filter { $0 <= archivedThrough })
            let orphans = try Copied.log(folder.storage).enumerated().filter { index, value in
                guard index >= Int(archivedThrough) else { return false }
                return lost.contains(try value.withUnsafeBytes { try EventHead($0, at: UInt64(index) + 1).previous })
            }
            try #require(!orphans.isEmpty)
            for isFull in [false, true] {
                var options = LogVerifier.Options()
                options.includesArchives = isFull
                let report = LogVerifier(folder.storage, options).verify()
                #expect(report.verdict == .good, "full: \(isFull); \(report.text)")
            }
            _ = try folder.backUp(to: wreck.saved + "-backup")
        }
    }

    @Test func `what cannot have followed becomes a gap, and the rest is saved`() throws {
        try Wreck.with(turns: 60) { wreck in
            // An end of a job that there never was, with a checksum that is right.
            let place = try #require(
                wreck.log.firstIndex { event in
                    event[6] == EventKind.claimed.rawValue && event[7] & 1 == 1 && event[17] & 0x80 == 0
                })
            let sequence = SequenceNumber(place + 1)
            let old = wreck.log[place]
            var new = old
            new[17] = new[17] == 1 ? 2 : 1
            let checksum = new.withUnsafeBytes { EventChecksum.of($0, at: sequence) }
            new.replaceSubrange(0..<4, with: withUnsafeBytes(of: checksum.littleEndian, Array.init))
            try wreck.change { bytes in
                while let found = bytes.firstRange(of: old) { bytes.replaceSubrange(found, with: new) }
            }
            let summary = try wreck.recover()
            #expect(summary.unfitting == 1)
            #expect(try wreck.gaps(summary) == [Int(sequence)])
        }
    }
}

import Daybook
import DaybookModel
import Foundation
import Testing

@Suite("A folder of zones")
struct ZonesFolderTests {
    /// A folder of its own for each test, gone with it.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "daybook-zones-\(UUID().uuidString)").path

        init() throws {
            try FileManager.default.createDirectory(atPath: path + "/Etc", withIntermediateDirectories: true)
            try write(ZonesBytes().data, "Etc/UTC")
        }

        func write(_ data: Data, _ name: String) throws {
            try data.write(to: URL(filePath: path + "/" + name))
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private let folder: Folder

    init() throws { folder = try Folder() }

    @Test func `a zone is read once, until it is refreshed`() throws {
        let zones = Zones(folder: folder.path)
        try folder.write(ZonesBytes(rule: "AAA-1").data, "Test")
        #expect(try zones.table(named: "Test").offsetSeconds(at: .epoch) == 3_600)
        try folder.write(ZonesBytes(rule: "AAA-2").data, "Test")
        #expect(try zones.table(named: "Test").offsetSeconds(at: .epoch) == 3_600)
        zones.refresh()
        #expect(try zones.table(named: "Test").offsetSeconds(at: .epoch) == 7_200)
    }

    @Test func `the data's version stands in one of two files`() throws {
        let zones = Zones(folder: folder.path)
        #expect(zones.dataVersion == nil)
        try folder.write(Data("# version 2026a\n# comment\n".utf8), "tzdata.zi")
        #expect(zones.dataVersion == nil)
        zones.refresh()
        #expect(zones.dataVersion == "2026a")
        try folder.write(Data("2026b\n".utf8), "+VERSION")
        zones.refresh()
        #expect(zones.dataVersion == "2026b")
    }

    @Test func `a link to a zone is that zone`() throws {
        try folder.write(ZonesBytes(rule: "AAA-1").data, "Real")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/Alias", withDestinationPath: "Real")
        #expect(try Zones(folder: folder.path).table(named: "Alias").offsetSeconds(at: .epoch) == 3_600)
    }

    @Test func `a pipe in a zone's place does not hang`() throws {
        mkfifo(folder.path + "/Pipe", 0o600)
        let error = #expect(throws: ZoneError.self) { try Zones(folder: folder.path).table(named: "Pipe") }
        #expect(error?.reason == .unknown)
    }

    @Test func `transitions, types and the rule are put together`() throws {
        var zone = ZonesBytes(rule: "STD-1DST,M3.5.0,M10.5.0/3")
        zone.offsets = [1_000, 7_200, 3_600]
        zone.transitions = [(-5_000_000_000, 1), (100, 2)]
        try folder.write(zone.data, "Test")
        let table = try Zones(folder: folder.path).table(named: "Test")
        func offset(_ second: Int64) -> Int { table.offsetSeconds(at: Instant(microseconds: second * 1_000_000)) }
        #expect(offset(-5_000_000_001) == 1_000)
        #expect(offset(-5_000_000_000) == 7_200)
        #expect(offset(99) == 7_200)
        #expect(offset(100) == 3_600)
        // 2 July 1970 and 2 January 1971.
        #expect(offset(182 * 86_400) == 7_200)
        #expect(offset(366 * 86_400) == 3_600)
    }

    @Test func `a damaged file is refused wherever it is cut or bent`() throws {
        var zone = ZonesBytes(rule: "STD-1DST,M3.5.0,M10.5.0/3")
        zone.offsets = [0, 3_600]
        zone.transitions = [(0, 1), (100, 0)]
        let whole = zone.data
        let zones = Zones(folder: folder.path)
        for length in 0..<whole.count {
            try folder.write(whole.prefix(length), "Cut")
            #expect(throws: ZoneError.self, "cut to \(length) bytes") { try zones.table(named: "Cut") }
        }
        // Any byte may be wrong: the answer is a table or a sentence, and never a crash.
        for index in whole.indices {
            for value in [0x00, 0x7F, 0x80, 0xFF] as [UInt8] {
                var bent = whole
                bent[index] = value
                try folder.write(bent, "Bent")
                zones.refresh()
                if let table = try? zones.table(named: "Bent") {
                    _ = try CronExpression("30 2 * * *").next(after: .epoch, in: table)
                }
            }
        }
    }

    struct Nonsense: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bend: @Sendable (inout ZonesBytes) -> Void

        static let all = [
            Nonsense(testDescription: "old format") { $0.version = 0 },
            Nonsense(testDescription: "leap seconds") { $0.leapSeconds = 1 },
            Nonsense(testDescription: "no types") { $0.offsets = [] },
            Nonsense(testDescription: "unknown type") { $0.transitions = [(0, 7)] },
            Nonsense(testDescription: "out of order") { $0.transitions = [(5, 0), (5, 0)] },
            Nonsense(testDescription: "30 hours from UTC") { ($0.offsets, $0.transitions) = ([108_000], [(0, 0)]) },
            Nonsense(testDescription: "no rule line") { $0.hasFooter = false },
        ]
    }

    @Test(arguments: Nonsense.all)
    func `a file that makes no sense is refused`(_ nonsense: Nonsense) throws {
        var zone = ZonesBytes()
        nonsense.bend(&zone)
        try folder.write(zone.data, "Test")
        let error = #expect(throws: ZoneError.self) { try Zones(folder: folder.path).table(named: "Test") }
        #expect(error?.reason == .malformed)
    }
}

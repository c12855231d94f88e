import Daybook
import DaybookModel
import Foundation
import Testing

@Suite("Reading zones")
struct ZonesReadingTests {
    private let zones = Zones()

    @Test(.enabled(if: ZoneDump.isInstalled, "zdump is not installed"))
    func `clock changes are those that the system's own tool prints`() throws {
        let dump = try ZoneDump(of: ZoneDump.sample)
        #expect(dump.lines.count > 1_000)
        for line in dump.lines {
            let table = try zones.table(named: line.zone)
            let found = table.offsetSeconds(at: line.instant)
            guard found == line.offsetSeconds else {
                Issue.record("\(line.zone) at \(line.instant): \(found) seconds, not \(line.offsetSeconds)")
                continue
            }
        }
    }

    @Test(arguments: [
        ("America/New_York", "2016-03-13T06:59:59.999999Z", "2016-03-13T01:59:59.999999-05:00"),
        ("America/New_York", "2016-03-13T07:00:00Z", "2016-03-13T03:00:00-04:00"),
        ("America/New_York", "2016-11-06T05:59:59.999999Z", "2016-11-06T01:59:59.999999-04:00"),
        ("America/New_York", "2016-11-06T06:00:00Z", "2016-11-06T01:00:00-05:00"),
        ("Pacific/Apia", "2011-12-30T09:59:59.999999Z", "2011-12-29T23:59:59.999999-10:00"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00+14:00"),
        // By the rule at the end of the file.
        ("Europe/Dublin", "2400-07-01T12:00:00Z", "2400-07-01T13:00:00+01:00"),
        ("Europe/Dublin", "2400-12-01T12:00:00Z", "2400-12-01T12:00:00+00:00"),
        ("Australia/Lord_Howe", "9999-01-01T00:00:00Z", "9999-01-01T11:00:00+11:00"),
        ("Asia/Kathmandu", "9999-06-01T00:00:00Z", "9999-06-01T05:45:00+05:45"),
    ])
    func `clocks are right to the microsecond and far ahead`(_ zone: String, _ utc: String, _ local: String) throws {
        #expect(try Instant(iso8601: utc).iso8601(in: zones.table(named: zone)) == local)
    }

    @Test(arguments: [
        "", "/", "/etc/passwd", "..", "../zoneinfo/UTC", "Europe/../UTC", "Europe/./Berlin", "./UTC", "Europe//Berlin",
        "Europe/", ".hidden", "Europe/Berlin\0", "Europe Berlin", "Zürich", "%2e%2e/UTC", "a\nb",
        String(repeating: "a", count: 129),
    ])
    func `a name that could leave the folder is refused unread`(_ name: String) {
        let error = #expect(throws: ZoneError.self) { try zones.table(named: name) }
        #expect(error?.reason == .badName)
    }

    @Test(arguments: [
        ("Mars/Base", ZoneError.Reason.unknown), ("UTC/Berlin", .unknown), ("Europe", .unknown),
        ("tzdata.zi", .malformed),
    ])
    func `what is no zone is refused with its reason`(_ name: String, _ reason: ZoneError.Reason) {
        let error = #expect(throws: ZoneError.self) { try zones.table(named: name) }
        #expect(error?.reason == reason)
        #expect(error?.description.contains(name) == true)
    }

    @Test func `a machine without zone data is told what to install, and has UTC`() throws {
        let zones = Zones(folder: "/nonexistent/zoneinfo")
        let error = #expect(throws: ZoneError.self) { try zones.table(named: "Europe/Berlin") }
        #expect(error?.reason == .noZoneData)
        #expect(error?.description.contains("tzdata") == true)
        #expect(try zones.table(named: "UTC") == .utc)
        #expect(zones.dataVersion == nil)
    }
}

import DaybookModel
import Foundation

/// What `zdump`, the tool that comes with the system's C library, says of zones: the last second before each change of
/// clocks and the first one after it, with the offset.
struct ZoneDump {
    struct Line {
        let zone: String
        let instant: Instant
        let offsetSeconds: Int
    }

    let lines: [Line]

    init(of zones: [String]) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: Self.tool ?? "/nonexistent")
        process.arguments = ["-v", "-c", "1960,2050"] + zones
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        lines = text.split(separator: "\n").compactMap(Self.line)
    }

    /// Zones of all kinds for the quick tests, all of them where everything is tested.
    static var sample: [String] {
        let zones = TimeZone.knownTimeZoneIdentifiers.filter { $0 != "GMT" }.sorted()
        if ProcessInfo.processInfo.environment["DAYBOOK_TESTS"] == "all" { return zones }
        return [
            "Africa/Cairo", "Africa/Casablanca", "America/New_York", "America/Sao_Paulo", "Antarctica/Troll",
            "Asia/Beirut", "Asia/Gaza", "Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe", "Europe/Dublin",
            "Pacific/Apia", "Pacific/Kwajalein",
        ]
    }

    static var isInstalled: Bool { tool != nil }

    private static let tool = ["/usr/bin/zdump", "/usr/sbin/zdump"].first(
        where: FileManager.default.isExecutableFile(atPath:))

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Europe/Berlin  Sun Mar 27 01:00:00 2022 UT = Sun Mar 27 03:00:00 2022 CEST isdst=1 gmtoff=7200`
    private static func line(_ text: Substring) -> Line? {
        let words = text.split(separator: " ")
        guard words.count >= 7, words[6] == "UT",
            let offset = words.last?.split(separator: "=").last.flatMap({ Int($0) }),
            let month = months.firstIndex(of: String(words[2])), let day = Int(words[3]), let year = Int(words[5])
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int($0) }
        let days = CivilDate(year: year, month: month + 1, day: day).daysSince1970
        let second = days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
        return Line(zone: String(words[0]), instant: Instant(wholeSeconds: second), offsetSeconds: offset)
    }
}

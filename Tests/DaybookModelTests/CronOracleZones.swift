import DaybookModel

// Zones by hand: each with the clock changes that matter here, as published, and with the table or the rule that the
// searcher is given. Nothing is read from files.

extension CronOracleZone {
    static let known: [CronOracleZone] = [
        newYork, lordHowe, saoPaulo, apia, kwajalein, beirut, cairo, troll,
    ]

    /// 2016, in the table by its rule.
    private static let newYork = CronOracleZone(
        name: "New York", initialOffset: -18_000,
        changes: [("2016-03-13T07:00:00Z", -14_400), ("2016-11-06T06:00:00Z", -18_000)],
        rule: ZoneRule(
            standardOffsetSeconds: -18_000,
            daylight: .init(
                offsetSeconds: -14_400, begins: .init(.weekday(0, week: 2, month: 3), secondsAfterMidnight: 7_200),
                ends: .init(.weekday(0, week: 1, month: 11), secondsAfterMidnight: 7_200))))

    /// 2016, in the table by its rule: summer comes first in the calendar year, and the shift is half an hour.
    private static let lordHowe = CronOracleZone(
        name: "Lord Howe", initialOffset: 39_600,
        changes: [("2016-04-02T15:00:00Z", 37_800), ("2016-10-01T15:30:00Z", 39_600)],
        rule: ZoneRule(
            standardOffsetSeconds: 37_800,
            daylight: .init(
                offsetSeconds: 39_600, begins: .init(.weekday(0, week: 1, month: 10), secondsAfterMidnight: 7_200),
                ends: .init(.weekday(0, week: 1, month: 4), secondsAfterMidnight: 7_200))))

    /// Midnight itself is skipped and repeated.
    private static let saoPaulo = CronOracleZone(
        name: "São Paulo", initialOffset: -7_200,
        changes: [("2018-02-18T02:00:00Z", -10_800), ("2018-11-04T03:00:00Z", -7_200)])

    /// A day is skipped.
    private static let apia = CronOracleZone(
        name: "Apia", initialOffset: -39_600,
        changes: [("2011-09-24T14:00:00Z", -36_000), ("2011-12-30T10:00:00Z", 50_400)])

    /// As if Kwajalein had crossed the date line in 1971: 23 hours are repeated.
    private static let kwajalein = CronOracleZone(
        name: "Kwajalein", initialOffset: 39_600, changes: [("1971-09-30T13:00:00Z", -43_200)])

    private static let beirut = CronOracleZone(
        name: "Beirut", initialOffset: 7_200,
        changes: [("2022-03-26T22:00:00Z", 10_800), ("2022-10-29T21:00:00Z", 7_200)])

    private static let cairo = CronOracleZone(
        name: "Cairo", initialOffset: 7_200,
        changes: [
            ("2014-05-15T22:00:00Z", 10_800), ("2014-06-26T21:00:00Z", 7_200), ("2014-07-31T22:00:00Z", 10_800),
            ("2014-09-25T21:00:00Z", 7_200),
        ])

    private static let troll = CronOracleZone(
        name: "Troll", initialOffset: 0, changes: [("2022-03-27T01:00:00Z", 7_200), ("2022-10-30T01:00:00Z", 0)])

    private init(name: String, initialOffset: Int, changes: [(String, Int)], rule: ZoneRule? = nil) {
        let seconds = changes.map { change in
            ((try? Instant(iso8601: change.0))?.secondsRoundedDown ?? 0, change.1)
        }
        self.init(name: name, initialOffset: initialOffset, seconds: seconds, rule: rule)
    }

    private init(name: String, initialOffset: Int, seconds: [(Int, Int)], rule: ZoneRule?) {
        self.name = name
        self.initialOffset = initialOffset
        changes = seconds.map { (second: $0.0, offset: $0.1) }
        let transitions = rule == nil ? seconds : []
        let table = try? ZoneTable(
            name: name, initialOffsetSeconds: rule?.standardOffsetSeconds ?? initialOffset,
            transitions: transitions.map { .init(secondsSince1970: $0.0, offsetSeconds: $0.1) }, rule: rule)
        self.table = table ?? .utc
    }

    /// Clocks that are changed every few hours, by anything, back into hours that were repeated already.
    static func wild(_ chance: inout CronChance) -> CronOracleZone {
        var second = 1_000_000_000
        let changes = (0..<6).map { _ in
            second += chance.value(1...20_000)
            return (second, chance.oneIn(3) ? chance.value(-50_000...50_000) : chance.value(-8...8) * 900)
        }
        return CronOracleZone(name: "wild", initialOffset: chance.value(-4...4) * 900, seconds: changes, rule: nil)
    }
}

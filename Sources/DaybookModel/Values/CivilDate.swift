// The proleptic Gregorian calendar as plain arithmetic. Years are counted from the first of March, so that the leap day
// is the last day of its year: then every period is its shorter parts in a row plus, at its very end, perhaps one day
// more. 400 years have 146,097 days, 100 years 36,524 (+1 at the end of the 400), 4 years 1,461 (−1 at the end of a
// century), a year 365 (+1 at the end of the four). From March on, months of 31, 30, 31, 30 and 31 days repeat, 153
// days for five: `(153 × month + 2) / 5` is the day on which a month begins.

/// A day in the Gregorian calendar, extended in both directions.
package struct CivilDate: Hashable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    package init(daysSince1970: Int) {
        let (era, dayOfEra) = (daysSince1970 + Self.daysFromMarchOfYear0To1970).dividedRoundingDown(by: 146_097)
        let century = min(dayOfEra / 36_524, 3)
        let dayOfCentury = dayOfEra - century * 36_524
        let (fourYears, dayOfFourYears) = dayOfCentury.quotientAndRemainder(dividingBy: 1_461)
        let yearOfFour = min(dayOfFourYears / 365, 3)
        let dayOfYear = dayOfFourYears - yearOfFour * 365

        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + century * 100 + fourYears * 4 + yearOfFour + (month <= 2 ? 1 : 0)
    }

    package var daysSince1970: Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let monthFromMarch = month <= 2 ? month + 9 : month - 3
        let leapDays =
            yearFromMarch.dividedRoundingDown(by: 4).quotient
            - yearFromMarch.dividedRoundingDown(by: 100).quotient
            + yearFromMarch.dividedRoundingDown(by: 400).quotient
        return yearFromMarch * 365 + leapDays + (153 * monthFromMarch + 2) / 5 + day - 1
            - Self.daysFromMarchOfYear0To1970
    }

    /// 0 is Sunday, 6 Saturday.
    package static func weekday(daysSince1970: Int) -> Int {
        // 1970 began on a Thursday.
        (daysSince1970 + 4).dividedRoundingDown(by: 7).remainder
    }

    package static func isLeap(year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    /// Days in a month, 1 to 12.
    package static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year: year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static let daysFromMarchOfYear0To1970 = 719_468
}

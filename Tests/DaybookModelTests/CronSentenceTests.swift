import DaybookModel
import Testing

@Suite("Cron expressions in plain English")
struct CronSentenceTests {
    @Test(arguments: [
        ("*/15 9-17 * * MON-FRI", "every 15 minutes, from 09:00 to 17:59, Monday to Friday"),
        ("* * * * *", "every minute"), ("* * * * * *", "every second"), ("*/10 * * * * *", "every 10 seconds"),
        ("30 * * * * *", "at second 30 of each minute"), ("@hourly", "every hour"),
        ("30 * * * *", "every hour at minute 30"),
        ("15 30 * * * *", "every hour at minute 30, second 15"), ("@daily", "every day at 00:00"),
        ("30 9 * * *", "every day at 09:30"), ("15 30 9 * * *", "every day at 09:30:15"),
        ("@weekly", "at 00:00, on Sunday"), ("@monthly", "at 00:00, on day 1 of the month"),
        ("@yearly", "at 00:00, on day 1 of the month, in January"),
        ("0 */2 * * *", "every 2 hours"), ("30 1/2 * * *", "every 2 hours from 01:30"),
        ("0 */6 * * *", "every day at 00:00, 06:00, 12:00 and 18:00"),
        ("0 */5 * * *", "every day at 00:00, 05:00, 10:00, 15:00 and 20:00"),
        ("0 9-17 * * *", "every hour from 09:00 to 17:00"), ("0 22-2 * * *", "every hour from 22:00 to 02:00"),
        ("10,20 9,12 * * *", "every day at 09:10, 09:20, 12:10 and 12:20"),
        ("*/7 * * * *", "every 7 minutes from minute 0 to 56 of each hour"),
        ("5/20 * * * *", "every 20 minutes from minute 5"),
        ("10-20 * * * *", "every minute from 10 to 20 of each hour"),
        ("1,2,4 * * * *", "at minutes 1, 2 and 4 of each hour"),
        ("* 9 * * *", "every minute, from 09:00 to 09:59"),
        ("* 9,12 * * *", "every minute, from 09:00 to 09:59 and from 12:00 to 12:59"),
        ("* */2 * * *", "every minute, during every 2nd hour from 00:00"),
        ("* 3/7 * * *", "every minute, during every 7th hour from 03:00 to 17:59"),
        ("* 5 * * * *", "every second, in minute 5 of each hour"),
        ("* 5-8 * * * *", "every second, in minutes 5 to 8 of each hour"),
        ("*/5 */3 * * * *", "every 5 seconds, in every 3rd minute from minute 0 of each hour"),
        ("0 0 * * MON,WED", "at 00:00, on Monday and Wednesday"),
        ("0 0 * * SAT,SUN,MON", "at 00:00, Saturday to Monday"),
        ("0 0 * * SUN,MON,WED,FRI", "at 00:00, on Monday, Wednesday, Friday and Sunday"),
        ("0 0 * * TUE#2", "at 00:00, on the 2nd Tuesday of the month"),
        ("0 0 * * FRIL", "at 00:00, on the last Friday of the month"),
        ("0 0 13 * FRI", "at 00:00, on day 13 of the month, only if it is a Friday"),
        ("0 0 1-7 * SAT,SUN", "at 00:00, on days 1 to 7 of the month, only if it is a Saturday or Sunday"),
        ("0 0 15 * MON-FRI", "at 00:00, on day 15 of the month, only from Monday to Friday"),
        ("0 0 L * FRIL", "at 00:00, on the last day of the month, only if it is the last Friday of the month"),
        ("0 0 LW * SUN#1", "at 00:00, on the last weekday of the month, only if it is the 1st Sunday of the month"),
        ("0 0 L-1 * *", "at 00:00, on the day before the last day of the month"),
        ("0 0 L-3 * *", "at 00:00, on the day 3 days before the last day of the month"),
        ("0 0 15W * *", "at 00:00, on the weekday nearest to day 15 of the month"),
        ("0 0 L-2W * *", "at 00:00, on the weekday nearest to the day 2 days before the last day of the month"),
        ("0 0 1,15 * *", "at 00:00, on days 1 and 15 of the month"),
        ("0 0 */2 * *", "at 00:00, on every 2nd day of the month from day 1 to 31"),
        ("0 0 * JUN-AUG *", "every day at 00:00, from June to August"),
        ("0 0 * NOV-FEB *", "every day at 00:00, from November to February"),
        ("0 0 1 */3 *", "at 00:00, on day 1 of the month, in January, April, July and October"),
    ])
    func `an expression is said as a person would`(_ text: String, _ sentence: String) throws {
        #expect(try CronExpression(text).sentence == sentence)
    }

    /// A sentence that two different expressions share would leave something out. Lists and ranges of the same times
    /// may share one; they differ only in a repeated hour.
    @Test func `expressions that fire at different times have different sentences`() throws {
        var known: [String: CronExpression] = [:]
        for text in Self.times + Self.days {
            let expression = try CronExpression(text)
            let sentence = expression.sentence
            guard let other = known.updateValue(expression, forKey: sentence) else { continue }
            var instant = Instant.epoch
            for _ in 0..<100 {
                let next = expression.next(after: instant)
                #expect(other.next(after: instant) == next, "\(other) and \(expression) are both \"\(sentence)\"")
                instant = next ?? .maximum
            }
        }
        #expect(known.count > 700)
    }

    /// Every way of speaking of seconds, with every one of minutes, with every one of hours.
    private static let times = {
        let small = ["0", "5", "*", "*/15", "5/15", "*/7", "5/7", "1-4", "58-2", "5,7,20"]
        let hours = ["*", "0", "9", "*/2", "1/2", "*/8", "*/5", "5/7", "9-17", "22-2", "9,12", "0,12"]
        return small.flatMap { second in
            small.flatMap { minute in hours.map { "\(second) \(minute) \($0) * * *" } }
        }
    }()

    private static let days = {
        let daysOfMonth = ["*", "13", "1-7", "*/2", "2/2", "*/10", "1,15", "L", "L-1", "L-13", "LW", "L-1W", "13W"]
        let months = ["*", "1", "1-3", "11-2", "*/3", "2,9"]
        let daysOfWeek = ["*", "1", "1-5", "6-0", "0,1,3", "*/2", "1#1", "1#2", "5L", "6,0"]
        return daysOfMonth.flatMap { day in
            months.flatMap { month in daysOfWeek.map { "0 0 \(day) \(month) \($0)" } }
        }
    }()
}

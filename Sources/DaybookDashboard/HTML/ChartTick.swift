internal import DaybookModel

/// A time at the foot of a chart: in UTC as it comes, and as the viewer's clocks have it once the script has seen it.
struct ChartTick {
    enum Form: String {
        /// `14:05`.
        case clock
        /// `03-21`.
        case day
        /// `2026-03`.
        case month
    }

    private let time: Instant
    private let form: Form

    init(_ time: Instant, _ form: Form) {
        (self.time, self.form) = (time, form)
    }

    /// As fine as it takes to tell times apart that lie within so long.
    init(_ time: Instant, within microseconds: Int64) {
        let hours = microseconds / 3_600_000_000
        self.init(time, hours < 48 ? .clock : hours < 24 * 365 ? .day : .month)
    }

    private var text: String {
        let text = time.forPeople
        return switch form {
        case .clock: String(text.dropFirst(11).prefix(5))
        case .day: String(text.dropFirst(5).prefix(5))
        case .month: String(text.prefix(7))
        }
    }

    func write(_ x: String, _ y: String, _ html: inout Html) {
        html.element(
            "text",
            [
                .named("x", x), .named("y", y), .named("text-anchor", "start"), .named("data-time", time.forPeople),
                .named("data-form", form.rawValue),
            ], text)
    }
}

extension Html {
    /// What is said of a bar that begins at a time, which `text` begins with as `forPeople` has it.
    mutating func timeTitle(_ time: Instant, _ text: String) {
        element("title", [.named("data-time", time.forPeople)], text)
    }
}

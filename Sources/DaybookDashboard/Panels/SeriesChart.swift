internal import DaybookModel

/// Bars of values over time. Each stands where its time is, so that a gap is seen as one, and is as wide as the
/// shortest step between two; what is below nothing hangs down.
struct SeriesChart {
    private let points: [PanelPoint]
    private let unit: String
    private let title: String
    private let low: Double
    private let high: Double

    private static let height = 90.0
    private static let width = 600.0
    private static let left = 44.0
    private static let top = 8.0
    private static let bottom = 20.0
    private static let ticksMax = 6

    init(_ points: [PanelPoint], unit: String, title: String) {
        self.points = points.filter(\.value.isFinite)
        self.unit = unit
        self.title = title
        let values = self.points.map(\.value)
        low = -SeriesChart.rounded(-min(0, values.min() ?? 0))
        high = max(SeriesChart.rounded(values.max() ?? 0), low == 0 ? 1 : 0)
    }

    func write(to html: inout Html) {
        let (width, height) = (SeriesChart.left + SeriesChart.width, SeriesChart.top + SeriesChart.height)
        let attributes: [HtmlAttribute] = [
            .class("bars"), .named("viewBox", "0 0 \(Int(width)) \(Int(height + SeriesChart.bottom))"),
            .named("role", "img"),
            .named("aria-label", Texts.seriesLabel(title, points.count, low: lowest, high: highest, unit: unit)),
        ]
        html.element("svg", attributes) { html in
            for value in Set([low, (low + high) / 2, high, 0]).sorted() { grid(value, &html) }
            let slot = self.slot
            for point in points { write(point, slot, &html) }
            ticks(slot, &html)
        }
    }

    private var lowest: Double { points.map(\.value).min() ?? 0 }
    private var highest: Double { points.map(\.value).max() ?? 0 }

    private func grid(_ value: Double, _ html: inout Html) {
        let y = SeriesChart.figure(y(value))
        html.element(
            "line",
            [
                .class("grid"), .named("x1", SeriesChart.figure(SeriesChart.left)),
                .named("x2", SeriesChart.figure(SeriesChart.left + SeriesChart.width)), .named("y1", y),
                .named("y2", y),
            ])
        // Nothing lies so near to one of the others that their labels would touch.
        guard value != 0 || low == 0 || min(-low, high) > (high - low) / 8 && low + high != 0 else { return }
        label(Texts.short(value), SeriesChart.left - 6, self.y(value) + 4, "end", &html)
    }

    private func write(_ point: PanelPoint, _ slot: (share: Double, start: Double, span: Double), _ html: inout Html) {
        let wide = SeriesChart.width * slot.share
        let (base, tip) = (y(0), y(point.value))
        html.element("g") { html in
            html.timeTitle(point.time, Texts.pointTitle(point, unit))
            html.element(
                "rect",
                [
                    .class(point.value < 0 ? "warn" : "busy"), .named("x", SeriesChart.figure(x(point.time, slot))),
                    // What is there is seen, however little it is.
                    .named("y", SeriesChart.figure(min(base, tip) - (point.value > 0 && base - tip < 1.5 ? 1.5 : 0))),
                    .named("width", SeriesChart.figure(max(wide - (wide > 6 ? 2 : 0), 0.6))),
                    .named("height", SeriesChart.figure(point.value == 0 ? 0 : max(abs(tip - base), 1.5))),
                ])
        }
    }

    private func ticks(_ slot: (share: Double, start: Double, span: Double), _ html: inout Html) {
        guard let first = points.first, let last = points.last else { return }
        // A program may name any instant, and two can lie further apart than a number of microseconds can tell.
        let (apart, isBeyond) = last.time.microseconds.subtractingReportingOverflow(first.time.microseconds)
        let microseconds = isBeyond ? Int64.max : apart
        for index in stride(from: 0, to: points.count, by: max(points.count / SeriesChart.ticksMax, 1)) {
            let y = SeriesChart.top + SeriesChart.height + SeriesChart.bottom - 6
            ChartTick(points[index].time, within: microseconds)
                .write(SeriesChart.figure(x(points[index].time, slot)), SeriesChart.figure(y), &html)
        }
    }

    /// Which share of the width a bar has, and where times lie in it.
    private var slot: (share: Double, start: Double, span: Double) {
        let times = points.map { Double($0.time.microseconds) }
        guard let first = times.first, let last = times.last, last > first else {
            return (0.1, times.first ?? 0, 1)
        }
        let step = zip(times.dropFirst(), times).map { $0 - $1 }.filter { $0 > 0 }.min() ?? last - first
        let span = last - first + max(step, (last - first) / Double(PanelContent.rowsMax))
        return (max(step / span, 1 / Double(PanelContent.rowsMax)), first, span)
    }

    private func x(_ time: Instant, _ slot: (share: Double, start: Double, span: Double)) -> Double {
        SeriesChart.left + (Double(time.microseconds) - slot.start) / slot.span * SeriesChart.width
    }

    private func y(_ value: Double) -> Double {
        // By halves, since what lies between the largest numbers of both signs is none.
        SeriesChart.top + (high / 2 - value / 2) / (high / 2 - low / 2) * SeriesChart.height
    }

    private func label(_ text: String, _ x: Double, _ y: Double, _ anchor: String, _ html: inout Html) {
        let attributes: [HtmlAttribute] = [
            .named("x", SeriesChart.figure(x)), .named("y", SeriesChart.figure(y)), .named("text-anchor", anchor),
        ]
        html.element("text", attributes, text)
    }

    private static func figure(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }

    /// The next of 1, 2, 4, 10, 20 … or of 0.4, 0.2, 0.1 …
    private static func rounded(_ number: Double) -> Double {
        guard number > 0, number < 1e300 else { return number }
        var unit = 1.0
        while unit > number, unit > 1e-300 { unit /= 10 }
        while unit * 10 < number { unit *= 10 }
        return [1, 2, 4, 10].map { $0 * unit }.first { $0 >= number } ?? number
    }
}

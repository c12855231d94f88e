internal import DaybookModel

/// Bars of what ended, one for each minute or hour: what succeeded at the bottom, then what is tried again, then
/// failures.
struct ThroughputChart {
    private let throughput: Throughput

    private static let height = 90
    private static let pitch = 10
    private static let left = 44
    private static let bottom = 20

    init(_ throughput: Throughput) {
        self.throughput = throughput
    }

    func write(to html: inout Html) {
        let bars = throughput.bars
        let most = ThroughputChart.rounded(max(throughput.most, 1))
        // All spans are drawn equally wide.
        let pitch = Double(60 * ThroughputChart.pitch) / Double(max(bars.count, 1))
        let width = ThroughputChart.left + 60 * ThroughputChart.pitch
        html.element(
            "svg",
            [
                .class("bars"),
                .named("viewBox", "0 0 \(width) \(ThroughputChart.height + ThroughputChart.bottom + 8)"),
                .named("role", "img"),
                .named(
                    "aria-label",
                    Texts.chartLabel(
                        throughput.span, throughput.total(.succeeded), throughput.total(.retried),
                        throughput.total(.failed))),
            ]
        ) { html in
            for step in 0...2 {
                let y = 8 + ThroughputChart.height * step / 2
                html.element(
                    "line",
                    [
                        .class("grid"), .named("x1", "\(ThroughputChart.left)"), .named("x2", "\(width)"),
                        .named("y1", "\(y)"), .named("y2", "\(y)"),
                    ])
                label(Texts.short(most * (2 - step) / 2), ThroughputChart.left - 6, y + 4, "end", &html)
            }
            for (index, bar) in bars.enumerated() { write(bar, index, pitch, most, &html) }
            // Days are whole, so that none is left out.
            let step = throughput.span == .week ? 24 : max(bars.count / 6, 1)
            for index in stride(from: 0, to: bars.count, by: step) {
                let x = ThroughputChart.left + Int(Double(index) * pitch)
                let y = 8 + ThroughputChart.height + ThroughputChart.bottom - 6
                let tick = ChartTick(bars[index].start, throughput.span == .week ? .day : .clock)
                tick.write("\(x)", "\(y)", &html)
            }
        }
    }

    private func write(_ bar: Throughput.Bar, _ index: Int, _ pitch: Double, _ most: Int, _ html: inout Html) {
        let parts: [(DashboardFollower.Figure, String)] = [(.succeeded, "good"), (.retried, "warn"), (.failed, "bad")]
        guard parts.contains(where: { bar[$0.0] > 0 }) else { return }
        html.element("g") { html in
            html.timeTitle(bar.start, Texts.barTitle(bar))
            var base = 0.0
            for (figure, tone) in parts where bar[figure] > 0 {
                // What is there is seen, however little it is.
                let tall = max(Double(bar[figure]) / Double(most) * Double(ThroughputChart.height), 1.5)
                let y = 8 + Double(ThroughputChart.height) - base - tall
                html.element(
                    "rect",
                    [
                        .class(tone),
                        .named("x", ThroughputChart.figure(Double(ThroughputChart.left) + Double(index) * pitch)),
                        .named("y", ThroughputChart.figure(y)),
                        .named("width", ThroughputChart.figure(max(pitch - (pitch > 6 ? 2 : 0.6), 1))),
                        .named("height", ThroughputChart.figure(tall)),
                    ])
                base += tall
            }
        }
    }

    private func label(_ text: String, _ x: Int, _ y: Int, _ anchor: String, _ html: inout Html) {
        html.element("text", [.named("x", "\(x)"), .named("y", "\(y)"), .named("text-anchor", anchor)], text)
    }

    private static func figure(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }

    /// The next of 2, 4, 10, 20, 40, 100 …, so that half of it is whole.
    private static func rounded(_ number: Int) -> Int {
        var unit = 1
        while unit < Int.max / 100 {
            for factor in [2, 4, 10] where unit * factor >= number { return unit * factor }
            unit *= 10
        }
        return number
    }
}

internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// What came of the latest runs of a recurring job.
enum RecurringRuns {
    static func show(_ statistics: RecurringStatistics, _ frame: PageFrame, _ html: inout Html) {
        guard statistics.runs > 0 || statistics.skipped > 0 else { return html.nothing(Texts.none) }
        html.element("p", [.class("soft")], Texts.runsLookedAt(statistics.runs, isWhole: statistics.isWhole))
        html.element("div", [.id("runs"), .flag("data-live")]) { html in
            html.facts { html in
                html.fact(Texts.state(.succeeded), Texts.number(statistics.succeeded))
                html.fact(Texts.state(.failed), Texts.number(statistics.failed))
                html.fact(Texts.state(.cancelled), Texts.number(statistics.cancelled))
                html.fact(Texts.unfinished, Texts.number(statistics.unfinished))
                if statistics.gone > 0 { html.fact(Texts.noLongerKept, Texts.number(statistics.gone)) }
                html.fact(Texts.skipped, Texts.number(statistics.skipped))
                if let durations = statistics.durations {
                    html.fact(Texts.shortest, words(durations.shortest))
                    html.fact(Texts.median, words(durations.median))
                    html.fact(Texts.percentile95, words(durations.percentile95))
                    html.fact(Texts.longest, words(durations.longest))
                }
                ending(Texts.lastSuccess, statistics.lastSuccess, frame, &html)
                ending(Texts.lastFailure, statistics.lastFailure, frame, &html)
            }
        }
    }

    private static func ending(
        _ name: String, _ ending: RecurringStatistics.Ending?, _ frame: PageFrame, _ html: inout Html
    ) {
        guard let ending else { return }
        html.fact(name) { html in
            html.time(ending.time)
            html.text(" ")
            html.link(frame.link(["jobs", "\(ending.job)"]), "\(ending.job)")
        }
    }

    static func words(_ duration: Duration) -> String {
        Texts.length(UInt64(clamping: duration.clampedMicroseconds))
    }
}

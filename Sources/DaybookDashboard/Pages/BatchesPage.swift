internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Batches and how far they are.
enum BatchesPage {
    static let routes =
        [
            Route(
                "GET", "/batches", .permission(.jobsRead), .page, "Batches, the newest first",
                [.query("before", .number, "The next page: batches older than this one")]
            ) { try page($0) }
        ] + OneBatchPage.routes

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        try call.requireWholeStore()
        let before = try call.cursor("before")
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let found = try call.read { log in try newest(before, size + 1, in: log) }
        let now = call.now
        return try call.page(Texts.batches, current: "batches", isLive: before == nil) { frame, html in
            call.outcome(frame, &html)
            guard !found.isEmpty else { return html.nothing(Texts.noBatches) }
            table(Array(found.prefix(size)), Texts.batches, now, frame, &html)
            html.exports(frame, ["batches"])
            html.pager(
                first: before.map { _ in frame.link(["batches"]) },
                next: found.count > size ? frame.link(["batches"], [("before", "\(found[size - 1].id)")]) : nil)
        }
    }

    static func table(
        _ batches: [(id: SequenceNumber, batch: BatchRecord)], _ title: String, _ now: Instant,
        _ frame: PageFrame, _ html: inout Html
    ) {
        let columns: [Html.Column] = [
            .number(Texts.number), .text(Texts.name), .text(Texts.stateWord), .text(Texts.progress),
            .number(Texts.jobs), .number(Texts.left), .number(Texts.inside), .text(Texts.since),
        ]
        html.table(title, columns, isLive: "batches") { html in
            for (id, batch) in batches {
                html.row { html in
                    html.element("td", [.class("number")]) { $0.link(frame.link(["batches", "\(id)"]), "\(id)") }
                    html.element("td", [.class("wrap main")]) {
                        $0.link(frame.link(["batches", "\(id)"]), batch.name.isEmpty ? Texts.nameless : batch.name)
                    }
                    html.cell { $0.badge(Texts.standing(batch.standing), batch.standing.tone) }
                    html.cell { bar(batch, &$0) }
                    html.number(batch.jobs)
                    html.number(batch.unfinished)
                    html.element("td", [.class("number")]) { html in
                        guard batch.outer != 0 else { return }
                        html.link(frame.link(["batches", "\(batch.outer)"]), "\(batch.outer)")
                    }
                    html.cell { $0.age(batch.since, now) }
                }
            }
        }
    }

    /// Ids are events' numbers, and tables are read upwards only: windows of ids, each turned round, as wide as it
    /// takes.
    static func newest(
        _ before: SequenceNumber?, _ limit: Int, in log: any LogSnapshot
    ) throws -> [(id: SequenceNumber, batch: BatchRecord)] {
        var high = try log.last
        if let before { high = min(high, before - 1) }
        var size: SequenceNumber = 1_024
        var found: [(id: SequenceNumber, batch: BatchRecord)] = []
        while high > 0, found.count < limit {
            let low = high > size ? high - size + 1 : 1
            var window: [(SequenceNumber, BatchRecord)] = []
            try RowKey.number(low).withBytes { start in
                try log.scan(.batches, from: start) { key, value in
                    let id = RowKey(key).first
                    guard id <= high else { return false }
                    if let batch = BatchRecord(value) { window.append((id, batch)) }
                    return true
                }
            }
            found += window.reversed().map { (id: $0.0, batch: $0.1) }
            size = min(size * 4, 1 << 40)
            high = low - 1
        }
        return Array(found.prefix(limit))
    }

    /// How much of it has ended, and how: green, red, grey, and what is left.
    static func bar(_ batch: BatchRecord, _ html: inout Html) {
        let ended = Texts.ended(batch.succeeded, batch.failed, batch.cancelled, of: batch.jobs)
        html.element(
            "svg",
            [
                .class("share"), .named("viewBox", "0 0 100 6"), .named("preserveAspectRatio", "none"),
                .named("role", "img"), .named("aria-label", ended),
            ]
        ) { html in
            html.element("title", ended)
            html.element("rect", [.class("rest"), .named("width", "100"), .named("height", "6")])
            var start = 0.0
            for (count, tone) in [(batch.succeeded, "good"), (batch.failed, "bad"), (batch.cancelled, "soft")] {
                guard count > 0, batch.jobs > 0 else { continue }
                let width = (Double(count) / Double(batch.jobs) * 1_000).rounded() / 10
                html.element(
                    "rect",
                    [.class(tone), .named("x", "\(start)"), .named("width", "\(width)"), .named("height", "6")])
                start += width
            }
        }
    }
}

extension BatchStanding {
    var tone: String {
        switch self {
        case .open: "soft"
        case .running: "busy"
        case .succeeded: "good"
        case .failed: "bad"
        case .cancelled: "soft"
        }
    }
}

internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// One batch: how far it is, what it is inside of, the batches inside it and its jobs, and who waits for its end.
enum OneBatchPage {
    static let routes = [
        Route(
            "GET", "/batches/{batch}", .permission(.jobsRead), .page, "One batch and its jobs",
            [
                .path("batch", .number, "The batch"), .query("after", .number, "The next page: jobs behind this one"),
                .query("batchesAfter", .number, "The next page: batches inside it behind this one"),
            ]
        ) { try page($0) },
        Route(
            "POST", "/batches/{batch}/cancel", .permission(.jobsChange), .page,
            "Cancels a batch and all of its jobs that have not finished",
            [.path("batch", .number, "The batch")] + RouteCall.reasonAndWayBack, success: 303
        ) { call in
            try call.requireWholeStore()
            let batch = try call.number("batch")
            let form = try call.form
            try await call.event(of: .batch(Box(.cancel(batch, reason: try call.reason(form), actor: call.actor))))
            return try call.back(form, ["batches", "\(batch)"])
        },
        Route(
            "POST", "/batches/{batch}/seal", .permission(.jobsChange), .page,
            "Lets a batch end with the last of its jobs",
            [.path("batch", .number, "The batch")] + RouteCall.reasonAndWayBack, success: 303
        ) { call in
            try call.requireWholeStore()
            let batch = try call.number("batch")
            let form = try call.form
            try await call.event(of: .batch(Box(.seal(batch, actor: call.actor))))
            return try call.back(form, ["batches", "\(batch)"])
        },
    ]

    private struct Found {
        let batch: BatchRecord
        let rows: [JobRow]
        let last: SequenceNumber?
        let hasMore: Bool
        let inner: [(number: SequenceNumber, record: BatchRecord)]
        let callbacks: [JobRow]
    }

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        try call.requireWholeStore()
        let id = try call.number("batch")
        let after = try call.cursor("after") ?? 0
        let batchesAfter = try call.cursor("batchesAfter") ?? 0
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let found = try call.read { log -> Found? in
            guard let batch = try BatchRecord.of(id, in: log) else { return nil }
            let members = try BatchRecord.members(of: id, after: after, limit: size + 1, in: log)
            var reader = try JobReader(log)
            let jobs = try members.prefix(size).compactMap { try reader.job($0) }
            let callbacks = try BatchCallbacks.of(id, batch, in: log).compactMap { try reader.job($0) }
            return Found(
                batch: batch, rows: try jobs.map { try JobRow($0, call, in: log) },
                last: members.prefix(size).last, hasMore: members.count > size,
                inner: try BatchRecord.inner(of: id, after: batchesAfter, limit: size + 1, in: log),
                callbacks: try callbacks.map { try JobRow($0, call, in: log) })
        }
        guard let found else { throw RouteFailure(404, Texts.Refused.noBatch(id)) }
        let now = call.now
        let crumbs = [Crumb(title: Texts.batches, link: call.link(["batches"]))]
        let title = Texts.batchTitle(id, found.batch.name)
        return try call.page(title, current: "batches", crumbs: crumbs, isLive: true) { frame, html in
            call.outcome(frame, &html)
            html.element("div", [.id("standing"), .flag("data-live")]) { standing(found.batch, frame, &$0) }
            actions(id, found.batch, call, frame, &html)
            if !found.callbacks.isEmpty {
                html.section(Texts.runsAtItsEnd) { html in
                    html.table(Texts.runsAtItsEnd, JobRow.columns, isLive: "callbacks", folds: true) { html in
                        for row in found.callbacks { row.write(frame, now, isChoice: false, &html) }
                    }
                }
            }
            if !found.inner.isEmpty || batchesAfter > 0 {
                html.section(Texts.batchesInside) { html in
                    let shown = found.inner.prefix(size)
                    BatchesPage.table(shown.map { ($0.number, $0.record) }, Texts.batchesInside, now, frame, &html)
                    let next = found.inner.count > size ? shown.last.map { "\($0.number)" } : nil
                    html.pager(
                        first: batchesAfter == 0 ? nil : frame.link(["batches", "\(id)"]),
                        next: next.map { frame.link(["batches", "\(id)"], [("batchesAfter", $0)]) })
                }
            }
            html.section(Texts.jobs) { html in
                guard !found.rows.isEmpty else { return html.nothing(Texts.noJobs) }
                html.table(Texts.jobs, JobRow.columns, isLive: "jobs", folds: true) { html in
                    for row in found.rows { row.write(frame, now, isChoice: false, &html) }
                }
                html.exports(frame, ["batches", "\(id)", "jobs"])
                html.pager(
                    first: after == 0 ? nil : frame.link(["batches", "\(id)"]),
                    next: found.hasMore
                        ? frame.link(["batches", "\(id)"], [("after", found.last.map { "\($0)" })]) : nil)
            }
        }
    }

    private static func standing(_ batch: BatchRecord, _ frame: PageFrame, _ html: inout Html) {
        html.element("p", [.class("standing")]) { html in
            html.badge(Texts.standing(batch.standing), batch.standing.tone)
            html.text(" ")
            html.element("span", [.class("soft")]) { html in
                html.text("\(Texts.sinceLower) ")
                html.time(batch.since)
            }
        }
        BatchesPage.bar(batch, &html)
        html.element("p", Texts.ended(batch.succeeded, batch.failed, batch.cancelled, of: batch.jobs))
        guard batch.outer != 0 else { return }
        html.element("p") { html in
            html.text("\(Texts.inside) ")
            html.link(frame.link(["batches", "\(batch.outer)"]), Texts.batchNumber(batch.outer))
        }
    }

    private static func actions(
        _ id: SequenceNumber, _ batch: BatchRecord, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html
    ) {
        guard call.may(.jobsChange), !batch.standing.isEnded else { return }
        html.element("div", [.class("actions")]) { html in
            if batch.standing == .open {
                html.action(frame, ["batches", "\(id)", "seal"], Texts.seal, "", next: call.here)
            }
            html.action(
                frame, ["batches", "\(id)", "cancel"], Texts.cancelBatch, "danger", next: call.here,
                asks: Texts.sureToCancelBatch, hasReason: true)
        }
    }
}

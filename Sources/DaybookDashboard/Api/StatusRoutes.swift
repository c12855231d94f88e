internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// How the store stands, and what the API is.
enum StatusRoutes {
    static let all = [
        Route("GET", "/api/v1/status", .permission(.storeRead), .json, "How the store stands") { call in
            let queues = try call.store.queues()
            let facts = try call.engine.storeFacts()
            let last = try call.engine.lastEvent
            let concerns = call.principal?.tenant == nil ? try Concern.all(call, call.now) : []
            return .object { json in
                json.field("store", call.engine.identity)
                json.field("last", last)
                json.key("jobs")
                json.object { json in
                    for state in JobState.allCases { json.field(state.name, queues.reduce(0) { $0 + $1[state] }) }
                }
                json.field("pausedQueues", queues.filter(\.isPaused).map(\.name))
                json.list("concerns", concerns) { $0.write(to: &$1) }
                json.field("claimsElsewhere", call.dashboard.work.count)
                json.field("fileSizeBytes", facts?.fileSizeBytes)
                json.field("diskFreeBytes", facts?.diskFreeBytes)
            }
        },
        Route(
            "GET", "/api/v1/statistics", .permission(.storeRead), .json,
            "What was done in the last hour, day or week, how long it took, and which errors jobs stand failed with",
            [.query("span", .word(Throughput.Span.allCases.map(\.rawValue)), "How far back (hour)")]
        ) { try statistics($0) },
        Route("GET", "/api/v1/openapi.json", .known, .json, "This document") { call in
            .json(200, OpenAPIDocument.json(version: "1", of: call.dashboard.table))
        },
    ]

    private static func statistics(_ call: RouteCall) throws -> DashboardResponse {
        let word = try call.query.value("span") ?? Throughput.Span.hour.rawValue
        guard let span = Throughput.Span(rawValue: word) else {
            throw RouteFailure.badCall("span is hour, day or week.")
        }
        let found: (Throughput, [FailureGroup])
        do {
            found = try call.engine.view(of: DashboardFollower.self) { rows in
                (try Throughput(span, until: call.now, in: rows), try FailureGroup.all(limit: 100, in: rows))
            }
        } catch {
            throw RouteFailure(503, "The statistics are being built; try again soon.", [HTTPField("retry-after", "5")])
        }
        return .object { json in
            json.list("spans", found.0.bars) { bar, json in
                json.field("start", bar.start)
                for figure in DashboardFollower.Figure.allCases { json.field("\(figure)", bar[figure]) }
            }
            for (name, times) in [("waitedMicroseconds", found.0.waitTimes), ("ranMicroseconds", found.0.runTimes)] {
                json.key(name)
                json.object { json in
                    for hundredths in RunTimes.shown { json.field("p\(hundredths)", times.percentile(hundredths)) }
                }
            }
            json.list("failed", found.1) { group, json in
                json.field("errorType", group.errorType)
                json.field("jobs", group.count)
                json.field("newest", group.newest)
            }
            let alike = FailureGroup.visible(limit: 100, call).filter { $0.similar != nil }
            json.list("failedAlike", alike) { group, json in
                json.field("similar", group.similar?.text)
                json.field("errorType", group.errorType)
                json.field("says", group.says)
                json.field("jobs", group.count)
                json.field("newest", group.newest)
            }
            json.field("eventsBehind", found.0.eventsBehind)
        }
    }
}

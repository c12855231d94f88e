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
            return .object { json in
                json.field("store", call.engine.identity)
                json.field("last", last)
                json.key("jobs")
                json.object { json in
                    for state in JobState.allCases { json.field(state.name, queues.reduce(0) { $0 + $1[state] }) }
                }
                json.field("pausedQueues", queues.filter(\.isPaused).map(\.name))
                json.field("claimsElsewhere", call.dashboard.work.count)
                json.field("fileSizeBytes", facts?.fileSizeBytes)
                json.field("diskFreeBytes", facts?.diskFreeBytes)
            }
        },
        Route("GET", "/api/v1/openapi.json", .known, .json, "This document") { _ in
            .json(200, OpenAPIDocument.json(version: "1"))
        },
    ]
}

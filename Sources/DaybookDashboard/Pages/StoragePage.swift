internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// The store itself: what is wrong with it if anything is, how large it is, who reads it, and how far its views
/// have come.
enum StoragePage {
    static let routes = [
        Route("GET", "/storage", .permission(.storeRead), .page, "Sizes, readers, and what is wrong") { try page($0) }
    ]

    static let api =
        Route(
            "GET", "/api/v1/storage", .permission(.storeRead), .json,
            "Sizes, readers, what is wrong, how far views are, and steps of the clock"
        ) { try json($0) }

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        try call.requireWholeStore()
        guard call.past == nil else { return try then(call) }
        let facts = try call.engine.storeFacts()
        let views = (try? call.engine.views()) ?? []
        let steps = try ClockSteps(call)
        return try call.page(Texts.storage, current: "storage") { _, html in
            guard let facts else { return html.nothing(Texts.noFolder) }
            remarks(facts, views, &html)
            html.section(Texts.size) { html in
                html.facts { html in
                    html.fact(Texts.folder, call.engine.path)
                    html.fact(Texts.file, Texts.bytes(facts.fileSizeBytes))
                    html.fact(Texts.reusable, Texts.bytes(facts.freePages * facts.pageSizeBytes))
                    html.fact(Texts.diskLeft, Texts.bytes(facts.diskFreeBytes))
                    html.fact(Texts.mapSize, Texts.bytes(facts.mapSizeBytes))
                    html.fact(Texts.readers, Texts.readersOf(facts.readers.count, facts.readersMax))
                    html.fact(
                        Texts.oldestReader,
                        facts.oldestReader.map { Texts.oldestReader($0.processID, $0.commitsBehind) } ?? Texts.none)
                    html.fact(Texts.versions, Texts.versions(facts.format, facts.ledgersVersion, facts.libraryVersion))
                }
            }
            steps.write(&html)
            html.section(Texts.views) { html in
                guard !views.isEmpty else { return html.nothing(Texts.none) }
                let columns: [Html.Column] = [
                    .text(Texts.name), .number(Texts.version), .number(Texts.behind), .text(Texts.keptBy),
                    .text(Texts.trouble),
                ]
                html.table(Texts.views, columns) { html in
                    for view in views {
                        html.row { html in
                            html.element("td", [.class("main")], view.name)
                            html.number(view.version)
                            html.element("td", [.class("number")], view.eventsBehind.map { Texts.number($0) } ?? "–")
                            html.cell(view.owner.map { Texts.pid($0) } ?? Texts.nobody)
                            html.wide(view.failure.map(Texts.viewFailure) ?? "")
                        }
                    }
                }
            }
            html.section(Texts.tables) { html in
                html.table(Texts.tables, [.text(Texts.name), .number(Texts.rows), .number(Texts.size)]) { html in
                    for table in facts.tables where table.rows > 0 {
                        html.row { html in
                            html.element("td", [.class("mono")], table.name)
                            html.number(table.rows)
                            html.element("td", [.class("number")], Texts.bytes(table.pages * facts.pageSizeBytes))
                        }
                    }
                }
            }
        }
    }

    /// What the disk held is no part of the log; how far the log had come is.
    private static func then(_ call: RouteCall) throws -> DashboardResponse {
        let (last, head) = try call.read { log in (try log.last, try log.headText(at: try log.last)) }
        let counts = try call.store.queues().reduce(into: 0) { sum, queue in
            for state in JobState.allCases { sum += queue[state] }
        }
        let steps = try ClockSteps(call)
        return try call.page(Texts.storage, current: "storage") { _, html in
            html.note(Texts.noSizesThen)
            html.facts { html in
                html.fact(Texts.event, Texts.number(last))
                if let head { html.fact(Texts.headOfChain) { $0.element("code", head) } }
                html.fact(Texts.jobs, Texts.number(counts))
            }
            steps.write(&html)
        }
    }

    private static func json(_ call: RouteCall) throws -> DashboardResponse {
        try call.requireWholeStore()
        guard let facts = try call.engine.storeFacts() else { throw RouteFailure(404, Texts.noFolder) }
        let views = (try? call.engine.views()) ?? []
        let steps = try ClockSteps(call)
        return .object { json in
            json.list("remarks", facts.remarks) { remark, json in
                json.field("about", remark.about)
                json.field("kind", "\(remark.kind)")
                json.field("text", remark.text)
            }
            json.field("fileSizeBytes", facts.fileSizeBytes)
            json.field("freeBytes", facts.freePages * facts.pageSizeBytes)
            json.field("diskFreeBytes", facts.diskFreeBytes)
            json.field("mapSizeBytes", facts.mapSizeBytes)
            json.field("readers", facts.readers.count)
            json.field("readersMax", facts.readersMax)
            json.field("oldestReaderPid", facts.oldestReader?.processID)
            json.field("oldestReaderCommitsBehind", facts.oldestReader?.commitsBehind)
            json.field("format", facts.format)
            json.field("ledgersVersion", facts.ledgersVersion)
            json.list("views", views) { view, json in
                json.field("name", view.name)
                json.field("version", view.version)
                json.field("eventsBehind", view.eventsBehind)
                json.field("keptByPid", view.owner)
                json.field("failure", view.failure)
            }
            json.list("tables", facts.tables) { table, json in
                json.field("name", table.name)
                json.field("rows", table.rows)
                json.field("sizeBytes", table.pages * facts.pageSizeBytes)
            }
            steps.write(to: &json)
        }
    }

    private static func remarks(_ facts: StoreFacts, _ views: [ViewState], _ html: inout Html) {
        let failed = views.compactMap { view in
            view.failure.map { StoreRemark("views", .problem, Texts.viewFailed(view.name, $0)) }
        }
        html.element("ul", [.class("remarks")]) { html in
            // Sizes stand below, in tables of their own.
            for remark in facts.remarks.filter({ $0.about != "size" }) + failed {
                html.element("li", [.class(remark.kind.tone)]) { html in
                    html.badge(Texts.remark(remark.kind), remark.kind.tone)
                    html.element("span", Texts.remark(remark))
                }
            }
        }
        html.element("p", [.class("soft")], Texts.doctorExplained)
    }
}

extension StoreRemark.Kind {
    fileprivate var tone: String {
        switch self {
        case .fine: "good"
        case .note: "warn"
        case .problem: "bad"
        }
    }
}

import Daybook
import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import DaybookDashboard

/// Counts jobs by name.
private struct Created: Follower {
    static let name = "created-by-name"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard event.kind == .created, let job = try event.creation else { return }
        try rows.add(1, to: Packed(job.name))
    }
}

private struct Trouble: Error, CustomStringConvertible {
    let description = "password=swordfish"
}

struct PanelTests {
    static let table = Panel("table", "A table", permission: "store.read") { asked in
        .table(
            ["What", "How many", "When", "Job"],
            [
                ["=first", 12_345, .time(asked.now), .job(JobID(rawValue: 7))],
                ["second", 0.25, .nothing, .nothing, "beyond the columns"], ["third"],
            ])
    }
    static let number = Panel("number", "A number", permission: "panels.finance") { _ in
        .number(1_234.5, unit: "EUR", change: -3)
    }
    static let series = Panel("series", "A series", permission: "jobs.read") { _ in
        .series(
            [3, -1.5, .nan, 0].enumerated().map {
                PanelPoint(Instant(microseconds: 1_900_000_000_000_000 + Int64($0) * 3_600_000_000), $1)
            }, unit: "runs")
    }

    private func json(_ pages: PageStore, _ target: String, as role: String = "admin") async -> DashboardResponse {
        await pages.store.call(pages.tokens[role] ?? "", "GET", target)
    }

    @Test func `a panel is a page, JSON and a file`() async throws {
        let pages = try PageStore { $0.panels = [PanelTests.table, PanelTests.number, PanelTests.series] }
        for (name, said) in [
            ("table", "12\u{202F}345"), ("table", "href=\"/jobs/7\""), ("number", "1234.5"),
            ("number", "−3 since before"), ("series", "<rect"), ("series", "3 values from"),
        ] {
            let page = try await pages.page("/panels/\(name)", as: "admin")
            #expect(page.status == 200)
            #expect(page.text.contains(said), "\(name) does not say \(said)")
            #expect(page.text.contains("daybook-live") && page.text.contains("data-live"))
            #expect(page.text.contains("/live?after="))
            #expect(page.text.contains("/api/v1/export/panels/\(name)?format=csv"))
            #expect(try await pages.page("/panels", as: "admin").text.contains(said))
        }
        let found = await json(pages, "/api/v1/panels/table")
        let rows = try #require(found.json["rows"] as? [[Any]])
        #expect(rows.count == 3 && rows.allSatisfy { $0.count == 4 })
        #expect(rows[0][1] as? Int == 12_345 && rows[1][1] as? Double == 0.25 && rows[2][1] is NSNull)
        #expect(found.json["form"] as? String == "table" && found.json["isCut"] as? Bool == false)
        let change = await json(pages, "/api/v1/panels/number").json["change"]
        #expect(change as? Double == -3)
        let series = await json(pages, "/api/v1/panels/series").json
        let points = try #require(series["points"] as? [[String: Any]])
        #expect(points.count == 4 && points[2]["value"] is NSNull && points[1]["value"] as? Double == -1.5)
        let all = await json(pages, "/api/v1/panels").json
        let list = try #require(all["panels"] as? [[String: Any]])
        #expect(list.compactMap { $0["panel"] as? String } == ["table", "number", "series"])
        let csv = await json(pages, "/api/v1/export/panels/table")
        guard case .stream(let stream) = csv.body else {
            Issue.record("\(csv.text)")
            return
        }
        var bytes: [UInt8] = []
        for try await piece in stream { bytes += piece }
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("What,How many,When,Job\r\n\"'=first\",12345,2030-"))
        try await pages.close()
    }

    @Test func `nobody sees a panel without its permission`() async throws {
        let own = Panel("own", "Of its own") { _ in .number(1) }
        let pages = try PageStore { $0.panels = [PanelTests.table, PanelTests.number, own] }
        for (role, seen) in [("admin", ["table", "number", "own"]), ("viewer", ["table"]), ("worker", [])] {
            for name in ["table", "number", "own"] {
                for target in ["/panels/", "/api/v1/panels/", "/api/v1/export/panels/"] {
                    let status = await json(pages, target + name, as: role).status
                    #expect(status == (seen.contains(name) ? 200 : 403), "\(role) \(target)\(name)")
                }
            }
            let board = try await pages.page("/panels", as: role).text
            #expect(board.contains("A number") == seen.contains("number"))
            #expect(board.contains("href=\"/panels\"") == !seen.isEmpty, "\(role) has it in the navigation")
            let listed = await json(pages, "/api/v1/panels", as: role).json["panels"] as? [[String: Any]]
            #expect(listed?.compactMap { $0["panel"] as? String } == seen)
        }
        #expect(await pages.store.ask("GET", "/api/v1/panels/table", isLocal: false).status == 401)
        #expect(await json(pages, "/panels/absent").status == 404)
        #expect(
            try pages.store.events(.denied).contains { event in
                if case .denied(let denied) = event.body { denied.value.permission == "panels.finance" } else { false }
            })
        try await pages.close()
    }

    @Test func `a program's own permission is given like any other`() async throws {
        let grants = try AuthEntries.grants(["viewer", "panels.finance"])
        #expect(grants.panels == ["panels.finance"] && grants.permissions == Role.viewer.permissions)
        #expect(try AuthEntries.grants(["admin"]).panels == ["panels.*"])
        for slip in ["panel.finance", "panels.", "panels.A", "panels..a", "panels.a b", "store.raed"] {
            #expect(throws: RouteFailure.self) { try AuthEntries.grants([slip]) }
        }
        let store = try TestStore { options in
            options.panels = [PanelTests.number]
            options.isReadOnly = true
            options.access = .asking { request in
                request["x-user"].map { Principal(name: $0, panels: $0 == "ann" ? ["panels.finance"] : []) }
            }
        }
        #expect(await store.ask("GET", "/panels/number", [("x-user", "ann")]).status == 200)
        #expect(await store.ask("GET", "/panels/number", [("x-user", "bob")]).status == 403)
        try await store.close()
    }

    @Test func `a tenant sees panels that are for tenants, and the program who it is`() async throws {
        let own = Panel("own", "His own", permission: "jobs.read", isForTenants: true) { asked in
            .table(["Tenant"], [["\(asked.principal.tenant ?? "none")"]])
        }
        let pages = try PageStore { $0.panels = [PanelTests.series, own] }
        #expect(await json(pages, "/api/v1/panels/series", as: "tenant").status == 403)
        #expect(await json(pages, "/api/v1/panels/own", as: "tenant").json["rows"] as? [[String]] == [["blue"]])
        #expect(await json(pages, "/api/v1/panels/own").json["rows"] as? [[String]] == [["none"]])
        try await pages.close()
    }

    @Test func `a panel that fails says so, and nothing of why`() async throws {
        let told = Mutex<[String]>([])
        let pages = try PageStore { options in
            options.panels = [
                Panel("fails", "Fails") { _ in throw Trouble() },
                Panel("explains", "Explains") { _ in throw PanelProblem("The shop is closed.") }, PanelTests.number,
            ]
            options.panelFailed = { name, error in told.withLock { $0.append("\(name): \(error)") } }
        }
        for target in ["/panels/fails", "/panels/explains", "/panels"] {
            let page = try await pages.page(target, as: "admin")
            #expect(page.status == 200 && !page.text.contains("swordfish") && !page.text.contains("Trouble"))
            #expect(page.text.contains(target == "/panels/explains" ? "The shop is closed." : "own code for it failed"))
        }
        #expect(try await pages.page("/panels", as: "admin").text.contains("1234.5"))
        let answer = await json(pages, "/api/v1/panels/fails")
        #expect(answer.status == 503 && answer.json["error"] as? String == Texts.panelFailed)
        #expect(await json(pages, "/api/v1/export/panels/explains").json["error"] as? String == "The shop is closed.")
        #expect(told.withLock { $0.first } == "fails: password=swordfish")
        try await pages.close()
    }

    @Test func `a panel that does not answer takes nobody with it`() async throws {
        let held = Mutex<[CheckedContinuation<Void, Never>]>([])
        let pages = try PageStore { options in
            options.panelTime = .milliseconds(10)
            options.panels = [
                Panel("hangs", "Hangs") { _ in
                    await withCheckedContinuation { one in held.withLock { $0.append(one) } }
                    return .number(1)
                }, PanelTests.number,
            ]
        }
        for _ in 0..<PanelDesk.placesMax {
            #expect(try await pages.page("/panels/hangs", as: "admin").text.contains("took longer than"))
        }
        #expect(try await pages.page("/panels/hangs", as: "admin").text.contains(Texts.panelBusy))
        #expect(await json(pages, "/api/v1/panels/number").status == 200)
        let stuck = held.withLock { $0 }
        for one in stuck { one.resume() }
        // Those that have ended make room again.
        var text = Texts.panelBusy
        while text.contains(Texts.panelBusy) { text = try await pages.page("/panels/hangs", as: "admin").text }
        let late = held.withLock { Array($0.dropFirst(stuck.count)) }
        for one in late { one.resume() }
        #expect(text.contains("took longer than"))
        try await pages.close()
    }

    @Test func `many who look at once all see the panel`() async throws {
        let now = Mutex(0)
        let most = Mutex(0)
        let pages = try PageStore { options in
            options.panelTime = .seconds(60)
            options.panels = [
                Panel("busy", "Busy") { _ in
                    let count = now.withLock { now in
                        now += 1
                        return now
                    }
                    most.withLock { $0 = max($0, count) }
                    for _ in 0..<20 { await Task.yield() }
                    now.withLock { $0 -= 1 }
                    return .number(4_711)
                }
            ]
        }
        let seen = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<200 { group.addTask { await json(pages, "/api/v1/panels/busy").status } }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(seen == [200: 200])
        #expect(most.withLock { $0 } <= PanelDesk.placesMax)
        try await pages.close()
    }

    @Test func `more than a page can hold is left out, and that is said`() async throws {
        let pages = try PageStore { options in
            options.panels = [
                Panel("endless", "Endless") { _ in
                    .table(["Row"], sequence(first: 1) { $0 + 1 }.lazy.map { [PanelCell.integer($0)] })
                },
                Panel("long", "Long") { _ in
                    .table(["Text"], [[.text(String(repeating: "a", count: 10_000))]])
                },
                Panel("heavy", "Heavy") { _ in
                    let row = Array(repeating: PanelCell.text(String(repeating: "a", count: 400)), count: 30)
                    return .table((1...30).map { "\($0)" }, Array(repeating: row, count: 1_000))
                },
                Panel("points", "Points") { _ in
                    .series((0..<1_500).map { PanelPoint(Instant(microseconds: Int64($0)), Double($0)) })
                },
            ]
        }
        let endless = try await pages.page("/panels/endless", as: "admin")
        #expect(endless.text.contains(Texts.firstShown(PanelContent.rowsMax)))
        let rows = await json(pages, "/api/v1/panels/endless")
        #expect((rows.json["rows"] as? [Any])?.count == PanelContent.rowsMax && rows.json["isCut"] as? Bool == true)
        #expect(try await pages.page("/panels/long", as: "admin").byteCount < 10_000)
        #expect(await json(pages, "/api/v1/panels/heavy").byteCount < 2 << 20)
        let points = await json(pages, "/api/v1/panels/points")
        let values = (points.json["points"] as? [[String: Any]])?.compactMap { $0["value"] as? Double }
        #expect(values?.count == PanelContent.rowsMax && values?.last == 1_499)
        #expect(try await pages.page("/panels", as: "admin").text.contains(Texts.firstShown(PanelParts.rowsAtAGlance)))
        try await pages.close()
    }

    @Test func `panels show the present and say so`() async throws {
        let asked = Mutex(0)
        let pages = try PageStore { options in
            options.panels = [
                Panel("now", "Now") { _ in
                    asked.withLock { $0 += 1 }
                    return .number(4_711)
                }
            ]
        }
        try await pages.enqueue("some.job")
        for target in ["/panels/now?at=1", "/panels?at=1"] {
            let page = try await pages.page(target, as: "admin")
            #expect(page.status == 200 && page.text.contains(Texts.panelsShowThePresent))
            #expect(!page.text.contains("4711"))
        }
        #expect(await json(pages, "/api/v1/panels/now?at=1").status == 400)
        #expect(asked.withLock { $0 } == 0)
        #expect(try await pages.page("/jobs?at=1", as: "admin").text.contains("href=\"/panels?at=1\""))
        try await pages.close()
    }

    @Test func `rows of a follower are shown with what was done just before`() async throws {
        let panel = Panel("created", "Created", of: Created.self) { rows, _ in
            .number(try rows[Packed("some.job")]?.unpacked(as: Int.self) ?? 0)
        }
        let pages = try PageStore { $0.panels = [panel] }
        for count in 1...5 {
            try await pages.enqueue("some.job")
            let found = await json(pages, "/api/v1/panels/created")
            #expect(found.json["value"] as? Int == count && found.json["eventsBehind"] as? Int == 0, "\(found.text)")
        }
        try await pages.close()
    }

    @Test func `panels that nobody could ask for are refused`() async throws {
        let good = Panel("a-1", "Good") { _ in .number(1) }
        func refusal(_ panels: Panel...) -> String? {
            do throws(PanelRefusal) {
                try Panel.check(panels)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(refusal(good, Panel("a1", "Good") { _ in .number(1) }) == nil)
        for name in ["", "A", "a/b", "a b", "ü", "a--b", "-a", "a.b", String(repeating: "a", count: 65)] {
            #expect(refusal(Panel(name, "Title") { _ in .number(1) })?.contains("cannot be called") == true, "\(name)")
        }
        #expect(refusal(good, good)?.contains("Two panels") == true)
        for title in ["", "a\nb", String(repeating: "a", count: 101)] {
            #expect(refusal(Panel("name", title) { _ in .number(1) })?.contains("title") == true)
        }
        for permission in ["", "store.raed", "panel.name", "panels."] {
            let panel = Panel("name", "Title", permission: permission) { _ in .number(1) }
            #expect(refusal(panel)?.contains("no permission") == true)
        }
        #expect(throws: PanelRefusal.self) { try TestStore { $0.panels = [good, good] } }
    }

    @Test func `the API's document has the panels of its program`() async throws {
        let names = ["a-1", "a1", "table"]
        let pages = try PageStore { $0.panels = names.map { Panel($0, "<\($0)>") { _ in .number(1) } } }
        let document = await json(pages, "/api/v1/openapi.json").json
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        for name in names {
            let one = try #require(paths["/api/v1/panels/\(name)"]?["get"])
            #expect(one["x-daybook-permission"] as? String == "panels.\(name)")
            #expect(one["summary"] as? String == "<\(name)>")
            #expect(paths["/api/v1/export/panels/\(name)"] != nil)
        }
        let identifiers = paths.values.flatMap { $0.values.compactMap { $0["operationId"] as? String } }
        #expect(Set(identifiers).count == identifiers.count)
        try await pages.close()
    }

    @Test func `numbers are written for people`() {
        let known: [(Double, String)] = [
            (0, "0"), (1, "1"), (-1.5, "−1.5"), (0.125, "0.125"), (12_345.678_9, "12\u{202F}345.679"), (2.000_1, "2"),
            (.nan, "–"), (.infinity, "–"), (1e21, "1e+21"), (0.000_01, "1e-05"), (-0.000_01, "-1e-05"),
        ]
        for (number, text) in known { #expect(Texts.decimal(number) == text) }
        #expect(Texts.short(-1_500.0) == "−1.5k")
        #expect(Texts.short(0.5) == "0.5")
    }

    @Test func `columns of one name are told apart in a file`() throws {
        let content = PanelContent.table(["x", "x (3)", "x", "", ""], [[1, 2, 3, 4, 5]])
        let columns = content.list("n").columns
        #expect(columns.count == 5 && Set(columns).count == 5, "\(columns)")
        #expect(columns[0] == "x" && !columns.contains(""))
    }

    @Test func `a chart of all of time is drawn`() {
        let points = [Int64.min, -1, 0, .max].map { PanelPoint(Instant(microseconds: $0), 1) }
        let html = Html { SeriesChart(points, unit: "x", title: "t").write(to: &$0) }
        #expect(String(decoding: html.bytes, as: UTF8.self).components(separatedBy: "<rect").count == 5)
    }

    /// What a browser would refuse to draw is in none of them.
    @Test(
        arguments: [[], [5], [-2, -7], [0, 0], [1e300, -1e300], [1.7e308, -1.7e308], [.infinity, 1], [1e-9]]
            as [[Double]])
    func `a chart stays in its frame`(_ values: [Double]) throws {
        let points = values.enumerated().map { PanelPoint(Instant(microseconds: Int64($0) * 60_000_000), $1) }
        let html = Html { SeriesChart(points, unit: "x", title: "t").write(to: &$0) }
        let text = String(decoding: html.bytes, as: UTF8.self)
        for place in text.matches(of: #/\s(x|y|x1|x2|y1|y2|width|height)="([^"]*)"/#) {
            let number = try #require(Double(place.2), "\(place.0)")
            #expect((0...650).contains(number), "\(values): \(place.0)")
        }
    }
}

import DaybookDashboard
import DaybookModel
import Foundation

/// What people open: every page of the route table, and the lists with each of their filters. In braces stands what is
/// found out from the store.
enum PageAddresses {
    static let all: [String] =
        pages
        + past.map { $0 + ($0.contains("?") ? "&" : "?") + "at={moment}" }
        + ["/", "/jobs", "/queues"].map { $0 + "?at={instant}" }

    private static let pages = [
        "/", "/?span=day", "/?span=week",
        "/jobs", "/jobs?before={middle}", "/jobs?state=enqueued", "/jobs?state=scheduled", "/jobs?state=awaiting",
        "/jobs?state=processing", "/jobs?state=succeeded", "/jobs?state=failed", "/jobs?state=cancelled",
        "/jobs?state=parked", "/jobs?state=failed&before={middle}", "/jobs?state=succeeded&before={middle}",
        "/jobs?queue=mail", "/jobs?queue=night&before={middle}", "/jobs?name=invoice.send", "/jobs?name=nobody.has",
        "/jobs?tag=tag-17", "/jobs?tag=nobody-has", "/jobs?tenant=tenant-42", "/jobs?text=somebody.4711@example.org",
        "/jobs?text=nowhere%20at%20all", "/jobs?error=Service7Error", "/jobs?state=failed&error=Service7Error",
        "/jobs?state=failed&error=NobodyHasError", "/jobs?state=failed&queue=mail",
        "/jobs?state=failed&name=invoice.send&tenant=tenant-42", "/jobs?state=failed&text=code%205",
        "/jobs?state=failed&text=nowhere%20at%20all", "/jobs?state=succeeded&queue=reports&tag=tag-17",
        "/jobs?state=enqueued&queue=mail", "/jobs?state=scheduled&tenant=tenant-42", "/jobs?state=cancelled&queue=sync",
        "/jobs?state=retrying", "/jobs?similar={similar}", "/jobs?createdFrom={instant}",
        "/jobs?state=failed&createdBefore={instant}", "/jobs?createdBefore=2020-01-01T00:00:00Z",
        "/jobs/{succeeded}", "/jobs/{failed}", "/jobs/{enqueued}", "/jobs/{awaiting}", "/jobs/{logged}/log",
        "/jobs/{logged}/log?text=row%2017", "/jobs/{logged}/log?find=row%2017", "/jobs/{logged}/log?level=error&run=1",
        "/jobs/{logged}/log?before=9000000000.30",
        "/queues", "/queues?after=mail", "/queues/mail",
        "/limits?scope=queue:mail", "/limits?scope=queue:mail&cursor=12-65536-{middle}",
        "/recurring", "/recurring?text=nightly", "/recurring?group=nobody-has", "/recurring?after={middle}",
        "/recurring/nightly.7", "/recurring/nightly.7?kind=fired&state=failed", "/recurring/nightly.7?before={middle}",
        "/recurring/nightly.7/edit", "/recurring-new",
        "/recurring-preview?schedule=0%209%20*%20*%201-5&zone=Europe/Berlin&starts=2030-01-01&ends=2031-01-01",
        "/batches", "/batches?before={middle}", "/batches/{batch}", "/batches/{batch}?after={middle}",
        "/batches/{batch}?batchesAfter={middle}", "/processes", "/processes/{process}", "/storage",
        "/log", "/log?before={middle}", "/log?kind=failed", "/log?kind=batchCreated", "/log?kind=restored",
        "/log?job={failed}", "/log?text=code%205", "/log?text=nowhere%20at%20all", "/log/{middle}",
        "/audit", "/audit?person=ada", "/audit?person=nobody", "/audit?before={middle}",
        "/operations", "/operations?before={middle}", "/start", "/start/mail.send",
        "/panels", "/panels/orders", "/panels/customers",
    ]

    /// As of an event that somebody has gone to before.
    private static let past = [
        "/", "/?span=week", "/jobs", "/jobs?state=failed", "/jobs?state=enqueued", "/jobs?state=processing",
        "/jobs?tag=tag-17", "/jobs?text=nowhere%20at%20all", "/queues", "/recurring", "/recurring/nightly.7",
        "/batches",
        "/log", "/log?kind=failed", "/audit", "/jobs/{old}",
    ]

    /// What is asked for too little or too much: pages of the table and filters of theirs of which no address is among
    /// them, and filters that no page has. The page to sign in on is of servers where people do, and tells nothing of
    /// the store; a log as a file comes in pieces, for as long as it takes.
    static var differences: [String] {
        let pages = RouteListing.all.filter { page in
            page.method == "GET" && page.face == "page" && !["/login", "/jobs/{job}/log.txt"].contains(page.path)
        }
        return pages.flatMap { page in
            let addresses = all.filter { fits($0, page.path) }
            guard !addresses.isEmpty else { return [page.path] }
            let asked = Set(addresses.compactMap(URLComponents.init).flatMap { $0.queryItems ?? [] }.map(\.name))
            // Which pages are asked for as of a moment is a choice.
            return asked.symmetricDifference(page.query).subtracting(["at"]).map { "\(page.path)?\($0)=" }
        }
    }

    private static func fits(_ address: String, _ route: String) -> Bool {
        let (parts, wanted) = (address.prefix { $0 != "?" }.split(separator: "/"), route.split(separator: "/"))
        return parts.count == wanted.count && zip(parts, wanted).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
    }

    /// The addresses with what is in the store.
    static func targets(_ client: HTTPClient) throws -> [String] {
        var values = ["batch": try first("batch", "/api/v1/batches?limit=1", client)]
        for state in ["succeeded", "failed", "enqueued", "awaiting"] {
            values[state] = try first("job", "/api/v1/jobs?state=\(state)&queue=mail&limit=1", client)
        }
        guard let last = SequenceNumber(values["enqueued"] ?? "") else { throw HTTPFailure("No job waits.") }
        values["middle"] = "\(last / 2)"
        values["process"] = try first("process", "/api/v1/processes", client)
        values["similar"] = try word("similar", "/api/v1/statistics", client)
        values["moment"] = "\(last / 2)"
        let threeDaysAgo = Date(timeIntervalSinceNow: -3 * 86_400)
        values["instant"] = ISO8601DateFormatter().string(from: threeDaysAgo)
        values["old"] = try job(client, from: last / 3) { _ in true }
        values["logged"] = try job(client, from: last / 2) { $0.contains("\"level\"") }
        return all.map { address in
            values.reduce(address) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
    }

    /// The first number of this name in a list, however many empty pages stand before it.
    private static func first(_ name: String, _ target: String, _ client: HTTPClient) throws -> String {
        var cursor: String?
        repeat {
            let text = try client.get(target + (cursor.map { "&cursor=\($0)" } ?? ""), accept: "application/json").text
            if let found = number(name, text) { return found }
            cursor = number("next", text)
        } while cursor != nil
        throw HTTPFailure("\(target) tells of none.")
    }

    private static func word(_ name: String, _ target: String, _ client: HTTPClient) throws -> String {
        let text = try client.get(target, accept: "application/json").text
        guard let start = text.firstRange(of: "\"\(name)\":\"") else { throw HTTPFailure("\(target) tells of none.") }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }

    private static func number(_ name: String, _ text: String) -> String? {
        text.firstRange(of: "\"\(name)\":").map { text[$0.upperBound...].prefix { $0.isNumber } }
            .flatMap { $0.isEmpty ? nil : String($0) }
    }

    /// A job whose log is as it is meant, among those of which one in five thousand has one.
    private static func job(
        _ client: HTTPClient, from start: SequenceNumber, _ isMeant: (String) -> Bool
    ) throws -> String {
        let needsLog = !isMeant("")
        for number in start..<start + 200_000 where !needsLog || DashboardSample.logsLines(number) {
            let answer = try client.get("/api/v1/jobs/\(number)/log", accept: "application/json")
            if answer.status == 200, isMeant(answer.text) { return "\(number)" }
        }
        throw HTTPFailure("There is no such job in the store.")
    }
}

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
        "/jobs/{succeeded}", "/jobs/{failed}", "/jobs/{enqueued}", "/jobs/{awaiting}", "/jobs/{logged}/log",
        "/jobs/{logged}/log?text=row%2017", "/jobs/{logged}/log.txt",
        "/queues", "/recurring", "/recurring/nightly.7", "/recurring/nightly.7/edit", "/recurring-new",
        "/batches", "/batches?before={middle}", "/batches/{batch}", "/processes", "/storage",
        "/log", "/log?before={middle}", "/log?kind=failed", "/log?kind=batchCreated", "/log?kind=restored",
        "/log?job={failed}", "/audit", "/audit?person=ada", "/audit?person=nobody", "/operations", "/start",
        "/start/mail.send", "/panels", "/panels/orders", "/panels/customers",
    ]

    /// As of an event that somebody has gone to before.
    private static let past = [
        "/", "/?span=week", "/jobs", "/jobs?state=failed", "/jobs?state=enqueued", "/jobs?state=processing",
        "/jobs?tag=tag-17", "/jobs?text=nowhere%20at%20all", "/queues", "/recurring", "/recurring/nightly.7",
        "/batches",
        "/log", "/log?kind=failed", "/audit", "/jobs/{old}",
    ]

    /// Every page of the table is among them, or the bench says which one is not. The one to sign in on is of servers
    /// where people do, and tells nothing of the store.
    static func requireWhole() throws {
        let panels = ["/panels/orders", "/panels/customers"]
        let pages = RouteListing.all.filter { $0.method == "GET" && $0.face == "page" && $0.path != "/login" }
        let routes = pages.map(\.path) + panels
        let missing = routes.first { route in !all.contains { fits($0, route) } }
        if let missing {
            throw HTTPFailure("No address of the page \(missing) is measured: name one in PageAddresses.")
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

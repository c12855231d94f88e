internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// A request that has found its route and may be answered.
struct RouteCall: Sendable {
    let request: DashboardRequest
    let dashboard: Dashboard
    let route: Route
    let identification: Identification
    /// The number in the browser's cookie.
    let session: String?
    let path: [String: String]
    let query: FormValues
    /// Which moment it is about, if it is not the present.
    let past: PastView?
    /// Where the log ended before anything was looked at: what a page shows is at least as new.
    let began: SequenceNumber

    var engine: JobEngine { dashboard.engine }
    var principal: Principal? { identification.principal }
    var base: String { dashboard.options.basePath }

    /// What it looks at: the store as it is, or as it was.
    var store: any LogStorage { past?.storage ?? engine.present }

    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R { try store.read(body) }

    /// What the clock shows at the moment that it is about.
    var now: Instant { past?.now ?? dashboard.now() }

    var recurring: RecurringReading { engine.recurring.reading(store, now: now) }

    /// Whether he may; nobody changes the past.
    func may(_ permission: Permission) -> Bool {
        (past == nil || !permission.isForChanges) && principal?.may(permission) ?? false
    }

    /// A page of the same moment.
    func link(_ parts: [String], _ query: [(String, String?)] = []) -> PageLink {
        PageLink(base, parts, query + [("at", past?.moment.text)])
    }

    /// Who does it, as the log has it.
    var actor: Actor { Actor(process: engine.process, person: principal?.name) }

    var form: FormValues { get throws(RouteFailure) { try FormValues(request.body) } }

    /// The body; an empty one is an empty object.
    func json(_ known: [String]) throws(RouteFailure) -> JSONBody {
        let body = try JSONBody(request.body.isEmpty ? Array("{}".utf8) : request.body)
        try body.allow(known)
        return body
    }

    /// A number in the path, such as a job's.
    func number(_ name: String) throws(RouteFailure) -> SequenceNumber {
        guard let text = path[name], text.first != "0", text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = SequenceNumber(text), number <= SequenceNumber(Int64.max)
        else { throw .notFound }
        return number
    }

    func name(_ name: String) throws(RouteFailure) -> String {
        guard let text = path[name], Name.isValid(text) else { throw .notFound }
        return text
    }
}

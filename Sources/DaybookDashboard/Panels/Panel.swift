public import Daybook
internal import DaybookModel

/// Something of a program's own that its dashboard shows beside the rest: a table, a number or a series.
///
///     options.panels = [
///         Panel("open-orders", "Open orders") { _ in .number(try await shop.openOrders()) },
///         Panel("failures", "Failed runs by hour", permission: "store.read", of: HourlyFailures.self) { rows, _ in
///             .table(["Hour", "Job", "Failed"], try HourlyFailures.lines(rows).map { [.time($0.hour), …] })
///         },
///     ]
///
/// It is a page at `/panels/NAME`, JSON at `/api/v1/panels/NAME` and a file at `/api/v1/export/panels/NAME`.
public struct Panel: Sendable {
    /// What it is called in addresses: small letters, digits and single hyphens.
    public let name: String
    /// What it is called on pages.
    public let title: String
    /// The permission that it takes: one of ``Permission``, or one of the program's own that begins with `panels.`.
    public let permission: String
    /// Whether people who have a tenant may have it; others see it whole, and these what its closure answers to them.
    public let isForTenants: Bool

    let prepare: @Sendable (JobEngine) throws -> Void
    let content: @Sendable (PanelRequest) async throws -> PanelContent

    /// A panel of whatever a closure answers. It is asked each time that somebody looks, and has
    /// ``DashboardOptions/panelTime`` to answer; a closure that blocks its thread cannot be stopped by anybody.
    ///
    /// Nobody but administrators sees it unless he has `permission`; without one that is `panels.NAME`.
    public init(
        _ name: String, _ title: String, permission: String? = nil, isForTenants: Bool = false,
        _ content: @escaping @Sendable (PanelRequest) async throws -> PanelContent
    ) {
        self.init(name, title, permission, isForTenants, prepare: { _ in }, content)
    }

    /// A panel of a follower's rows, which the dashboard keeps up to date while it is there.
    public init<F: Follower>(
        _ name: String, _ title: String, permission: String? = nil, isForTenants: Bool = false, of follower: F.Type,
        _ content: @escaping @Sendable (borrowing FollowerView, PanelRequest) throws -> PanelContent
    ) {
        self.init(
            name, title, permission, isForTenants, prepare: { try $0.follow(follower) },
            { asked in
                guard try await CatchingUp.isThere(follower, asked.engine) else {
                    throw PanelProblem(Texts.panelIsBuilt)
                }
                return try asked.engine.view(of: follower) { rows in
                    var found = try content(rows, asked)
                    found.eventsBehind = rows.eventsBehind
                    return found
                }
            })
    }

    private init(
        _ name: String, _ title: String, _ permission: String?, _ isForTenants: Bool,
        prepare: @escaping @Sendable (JobEngine) throws -> Void,
        _ content: @escaping @Sendable (PanelRequest) async throws -> PanelContent
    ) {
        self.name = name
        self.title = title
        self.permission = permission ?? PanelPermission.prefix + name
        self.isForTenants = isForTenants
        self.prepare = prepare
        self.content = content
    }
}

/// Who asks a panel, and of which engine's dashboard.
public struct PanelRequest: Sendable {
    /// The engine of the dashboard.
    public let engine: JobEngine
    /// Whoever looks; the panel's permission he has.
    public let principal: Principal
    /// What the clock shows.
    public let now: Instant
}

/// What a panel's closure throws to have a sentence of its own shown. Of any other error nobody is shown a word.
public struct PanelProblem: Error, Equatable {
    /// The sentence, for whoever looks at the panel.
    public let sentence: String

    /// Why there is nothing to show.
    public init(_ sentence: String) {
        self.sentence = sentence
    }
}

/// Why a dashboard does not take its panels.
public struct PanelRefusal: Error, Equatable, CustomStringConvertible {
    /// A sentence for whoever wrote them.
    public let description: String
}

extension Panel {
    private static let nameLengthMax = 64
    private static let titleLengthMax = 100

    /// Refuses what could not be asked for, or would be guarded by a permission that nobody means.
    static func check(_ panels: [Panel]) throws(PanelRefusal) {
        var names: Set<String> = []
        for panel in panels {
            guard PanelPermission.isPart(panel.name), panel.name.utf8.count <= nameLengthMax else {
                throw PanelRefusal(
                    description: "A panel cannot be called \"\(panel.name)\": its name has up to \(nameLengthMax) "
                        + "small letters and digits, with single hyphens between them.")
            }
            guard names.insert(panel.name).inserted else {
                throw PanelRefusal(description: "Two panels are called \(panel.name); give one another name.")
            }
            let isTitle = panel.title.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
            guard isTitle, !panel.title.isEmpty, panel.title.count <= titleLengthMax else {
                throw PanelRefusal(
                    description: "The panel \(panel.name) needs a title of one line, up to \(titleLengthMax) "
                        + "characters long.")
            }
            guard Permission(rawValue: panel.permission) != nil || PanelPermission.isOwn(panel.permission) else {
                throw PanelRefusal(
                    description: "The panel \(panel.name) asks for \"\(panel.permission)\", which is no permission; "
                        + "one of your own begins with `panels.`, such as `panels.\(panel.name)`.")
            }
        }
    }
}

/// The permissions that a program makes up for its panels: `panels.` and words of small letters, digits and hyphens
/// with dots between them. The beginning keeps a slip of the pen in one of ours from becoming one of these.
enum PanelPermission {
    static let prefix = "panels."
    /// Lets somebody see every panel.
    static let all = "panels.*"

    static func isOwn(_ text: String) -> Bool {
        guard text.hasPrefix(prefix), text.utf8.count <= 128 else { return false }
        return text.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isPart)
    }

    /// Whether somebody can be given it.
    static func isGrant(_ text: String) -> Bool { text == all || isOwn(text) }

    static func isPart(_ text: some StringProtocol) -> Bool {
        text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { word in
            !word.isEmpty
                && word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        }
    }
}

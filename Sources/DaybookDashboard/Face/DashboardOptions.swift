/// How a dashboard presents itself and whom it lets in.
public struct DashboardOptions: Sendable {
    /// Who may come in.
    public var access = DashboardAccess.local
    /// Under which path it lies, such as `/admin/jobs`; empty for the root.
    public var basePath = ""
    /// What its pages are called.
    public var title = "Daybook"
    /// Where a link in its pages leads back to, such as the program around it.
    public var backLink: String?
    /// Nobody can change anything, whatever he may otherwise.
    public var isReadOnly = false
    /// How many rows a page has.
    public var pageSize = 50
    /// The names under which it may be asked for, without a port, beside those of this machine itself.
    public var hosts: [String] = []
    /// The addresses under which browsers know it where a server stands before it, such as `https://jobs.example.com`.
    /// Their hosts need not be named again, and one that is encrypted has cookies sent over encrypted connections only.
    public var origins: [String] = []
    /// The servers before it that are believed when they say whose requests they pass on, in `X-Forwarded-For` or
    /// `Forwarded`: guesses of passwords are then counted by those. None unless said otherwise. It opens no door.
    public var trustedProxies: [AddressBlock] = []
    /// So many queues have metrics of their own; the others are counted as one.
    public var metricQueuesMax = 100
    /// A page that is kept up to date is looked at anew after so long, whether he who sees it still may.
    public var liveTime: Duration = .seconds(600)
    /// However much happens, a page that is open is refreshed no oftener. Nil: it is not refreshed by itself.
    public var refresh: Duration? = .seconds(2)
    /// After so long without news a listener hears a sign of life.
    var liveQuiet: Duration = .seconds(20)

    /// What the program itself shows beside the rest.
    public var panels: [Panel] = []
    /// So long a panel has to answer; then its page says that it did not.
    public var panelTime: Duration = .seconds(5)
    /// Is told what a panel's closure threw; whoever looks at the panel is not.
    public var panelFailed: (@Sendable (_ panel: String, _ error: any Error) -> Void)?

    /// The usual options.
    public init() {}

    func isHost(_ field: String) -> Bool {
        var host = field.lowercased()
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return false }
            guard DashboardOptions.isPort(host[host.index(after: end)...]) else { return false }
            host = String(host[...end])
        } else if let colon = host.firstIndex(of: ":") {
            guard DashboardOptions.isPort(host[colon...]) else { return false }
            host = String(host[..<colon])
        }
        return DashboardOptions.ownHosts.contains(host) || hosts.contains { $0.lowercased() == host }
            || origins.contains { DashboardOptions.host(ofOrigin: $0.lowercased()) == host }
    }

    private static let ownHosts = ["localhost", "127.0.0.1", "[::1]"]

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.first == ":" && UInt16(text.dropFirst()) != nil
    }

    private static func host(ofOrigin origin: String) -> String? {
        guard let slashes = origin.firstRange(of: "://") else { return nil }
        let authority = origin[slashes.upperBound...]
        guard !authority.hasPrefix("[") else { return authority.firstIndex(of: "]").map { String(authority[...$0]) } }
        return String(authority.prefix { $0 != ":" })
    }

    var isEncrypted: Bool { origins.contains { $0.lowercased().hasPrefix("https://") } }
}

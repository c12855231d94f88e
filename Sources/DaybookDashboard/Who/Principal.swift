/// Somebody who is known, and what he may.
public struct Principal: Sendable, Equatable {
    /// Under which name the log has what he does.
    public let name: String
    /// What he may.
    public let permissions: Set<Permission>
    /// The permissions of a program's own panels that he has, such as `panels.finance`; `panels.*` is all of them.
    public let panels: Set<String>
    /// Whose jobs he sees and touches; nil for everybody's. With a tenant he has no permission that is about the
    /// store as a whole.
    public let tenant: String?

    /// Somebody with the permissions of some roles, and more if you like.
    public init(
        name: String, roles: [Role] = [], permissions: Set<Permission> = [], panels: Set<String> = [],
        tenant: String? = nil
    ) {
        self.name = String(name.prefix(Principal.nameLengthMax))
        // Somebody is made for every request.
        let all = roles.reduce(permissions) { $0.isEmpty ? $1.permissions : $0.union($1.permissions) }
        self.permissions = tenant == nil ? all : all.filter(\.isAboutJobs)
        self.panels = roles.reduce(panels) { $0.union($1.panels) }
        self.tenant = tenant
    }

    /// Longer names are cut: they stand in every event.
    static let nameLengthMax = 128

    /// Whether he has a permission.
    public func may(_ permission: Permission) -> Bool { permissions.contains(permission) }

    func readOnly() -> Principal {
        Principal(name: name, permissions: permissions.filter { !$0.isForChanges }, panels: panels, tenant: tenant)
    }
}

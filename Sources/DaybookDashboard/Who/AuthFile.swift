// The file that says who may come in:
//
//     { "users":  [ { "name": "ann", "scrypt": "scrypt$…", "roles": ["admin"], "tenant": null } ],
//       "tokens": [ { "name": "importer", "sha256": "hex of the token's SHA-256", "roles": ["worker"],
//                     "expires": "2027-01-01T00:00:00Z" } ],
//       "jwt":    { "algorithm": "RS256", "key": "-----BEGIN PUBLIC KEY…", "audience": "jobs", "issuer": "https://…",
//                   "nameClaim": "sub", "roleClaim": "roles",
//                   "map": { "staff": ["viewer"], "name:admin": ["admin"] } } }
//
// It is read when the server starts and again when it is told to; a file that cannot be read leaves in force what was
// read before. It belongs to its owner alone: what others could change or read protects nothing.

internal import DaybookModel
internal import Synchronization

/// The people and programs that a file lets in.
public final class AuthFile: Sendable {
    /// Where it lies.
    public let path: String
    private let entries: Mutex<AuthEntries>

    /// Reads the file. Throws a sentence that says what is wrong with it.
    public init(_ path: String) throws {
        self.path = path
        entries = Mutex(try AuthEntries(try PrivateFile.read(path)))
    }

    /// Reads the file anew. If that fails, what was read before stays in force.
    public func reload() throws {
        let new = try AuthEntries(try PrivateFile.read(path))
        entries.withLock { $0 = new }
    }

    var current: AuthEntries { entries.withLock { $0 } }
}

/// What the file holds.
struct AuthEntries: Sendable {
    struct User: Sendable {
        var name: String
        var password: PasswordHash
        var roles: [String]
        var tenant: String?
    }

    struct Token: Sendable {
        var name: String
        /// Of the token: the token itself is nowhere.
        var sha256: [UInt8]
        var roles: [String]
        var tenant: String?
        var expires: Instant?
    }

    var users: [User] = []
    var tokens: [Token] = []
    var jwt: TokenRules?
    /// The object as it stands there, to be written back.
    var jwtBytes: [UInt8]?

    init() {}

    /// Entries that nobody could use are refused, unless the file is read to be changed: then they can be taken out.
    init(_ bytes: [UInt8], isToBeChanged: Bool = false) throws(AuthFileError) {
        do throws(RouteFailure) {
            let file = try JSONBody(bytes, what: "The auth file")
            try file.allow(["users", "tokens", "jwt"])
            for entry in try file.objects("users") { users.append(try User(entry)) }
            for entry in try file.objects("tokens") { tokens.append(try Token(entry)) }
            jwtBytes = file.raw("jwt")
            jwt = try file.object("jwt").map { rules throws(RouteFailure) in try TokenRules(rules) }
            if !isToBeChanged { try requireUse() }
        } catch {
            throw AuthFileError(error.sentence)
        }
        let names = users.map(\.name)
        guard Set(names).count == names.count else { throw AuthFileError("The auth file has a user twice.") }
    }

    /// What somebody is given.
    struct Grants: Sendable {
        var permissions: Set<Permission> = []
        var panels: Set<String> = []
    }

    /// Roles and permissions by their names; what is neither is refused, since a slip must not open or close a door.
    static func grants(_ names: [String]) throws(RouteFailure) -> Grants {
        var all = Grants()
        for name in names {
            if let role = Role(rawValue: name) {
                all.permissions.formUnion(role.permissions)
                all.panels.formUnion(role.panels)
            } else if let permission = Permission(rawValue: name) {
                all.permissions.insert(permission)
            } else if PanelPermission.isGrant(name) {
                all.panels.insert(name)
            } else {
                throw .badCall(
                    "\(name) is neither a role (\(Role.allCases.map(\.rawValue).joined(separator: ", "))) nor a "
                        + "permission.")
            }
        }
        return all
    }

    private func requireUse() throws(RouteFailure) {
        for user in users { try AuthEntries.requireUse(of: user.roles, "The user \(user.name)", user.tenant != nil) }
        for token in tokens {
            try AuthEntries.requireUse(of: token.roles, "The token \(token.name)", token.tenant != nil)
        }
        try jwt?.requireUse()
    }

    /// Refuses what is given to work with to somebody of a tenant: who claims jobs is given those of all tenants.
    /// Nobody would find out why he gets none.
    static func requireUse(of names: [String], _ who: String, _ isOfTenant: Bool) throws(RouteFailure) {
        guard isOfTenant, let name = names.first(where: { worksForAll.contains($0) }) else { return }
        throw .badCall(
            "\(who) has a tenant, so \(name) is of no use there, since whoever claims jobs is given those of all "
                + "tenants: take the tenant away, or give \(namesOfEnqueuing) instead, to enqueue.")
    }

    private static let worksForAll = [Role.worker.rawValue, Permission.jobsWork.rawValue]
    private static let namesOfEnqueuing = [Permission.jobsRead, .jobsArgsRead, .jobsStart].map(\.rawValue)
        .joined(separator: ", ")

    static func principal(_ name: String, _ roles: [String], _ tenant: String?) -> Principal {
        let grants = (try? grants(roles)) ?? Grants()
        return Principal(name: name, permissions: grants.permissions, panels: grants.panels, tenant: tenant)
    }
}

extension AuthEntries.User {
    fileprivate init(_ entry: JSONBody) throws(RouteFailure) {
        try entry.allow(["name", "scrypt", "roles", "tenant"])
        guard let name = try entry.text("name"), !name.isEmpty else { throw .badCall("A user has no name.") }
        guard let password = try entry.text("scrypt").flatMap({ PasswordHash($0) }) else {
            throw .badCall("The user \(name) has no scrypt of a password; write it with `daybook auth add \(name)`.")
        }
        let (roles, tenant) = (try entry.texts("roles"), try entry.text("tenant"))
        _ = try AuthEntries.grants(roles)
        self.init(name: name, password: password, roles: roles, tenant: tenant)
    }

    var principal: Principal { AuthEntries.principal(name, roles, tenant) }
}

extension AuthEntries.Token {
    fileprivate init(_ entry: JSONBody) throws(RouteFailure) {
        try entry.allow(["name", "sha256", "roles", "tenant", "expires"])
        guard let name = try entry.text("name"), !name.isEmpty else { throw .badCall("A token has no name.") }
        guard let sha256 = try entry.text("sha256").flatMap(Hex.bytes), sha256.count == 32 else {
            throw .badCall("The token \(name) has no sha256 of 64 hexadecimal digits.")
        }
        let (roles, tenant) = (try entry.texts("roles"), try entry.text("tenant"))
        _ = try AuthEntries.grants(roles)
        var expires: Instant?
        if let text = try entry.text("expires") {
            guard let instant = try? Instant(iso8601: text) else {
                throw .badCall("The token \(name) expires at no time that ISO 8601 knows; give it a zone.")
            }
            expires = instant
        }
        self.init(name: name, sha256: sha256, roles: roles, tenant: tenant, expires: expires)
    }

    var principal: Principal { AuthEntries.principal(name, roles, tenant) }
}

/// What is wrong with an auth file, and what to do.
public struct AuthFileError: Error, Sendable, CustomStringConvertible {
    /// A sentence for people.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

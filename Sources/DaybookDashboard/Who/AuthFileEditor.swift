internal import DaybookCrypto
package import DaybookModel

/// Changes an auth file: what `daybook auth` does.
package struct AuthFileEditor {
    private let path: String
    private let random: @Sendable (Int) throws -> [UInt8]

    package init(_ path: String, random: @escaping @Sendable (Int) throws -> [UInt8]) {
        self.path = path
        self.random = random
    }

    /// Adds a user, or gives one that is there another password and other roles.
    package func setUser(_ name: String, password: String, roles: [String], tenant: String?) throws {
        guard password.utf8.count >= 8 else { throw AuthFileError("A password has 8 characters or more.") }
        try check(name, roles, tenant)
        guard let hash = PasswordHash(of: password, salt: try random(16)) else {
            throw AuthFileError("There is not enough memory to hash a password.")
        }
        try change { entries in
            entries.users.removeAll { $0.name == name }
            entries.users.append(AuthEntries.User(name: name, password: hash, roles: roles, tenant: tenant))
        }
    }

    /// Adds a token and answers with it; it is kept nowhere.
    package func addToken(_ name: String, roles: [String], tenant: String?, expires: Instant?) throws -> String {
        try check(name, roles, tenant)
        let token = BearerTokens.prefix + Base64Url.text(try random(32))
        let sha256 = Digest.sha256(of: Array(token.utf8))
        try change { entries in
            entries.tokens.append(
                AuthEntries.Token(name: name, sha256: sha256, roles: roles, tenant: tenant, expires: expires))
        }
        return token
    }

    /// Removes the user and all tokens of a name. False if there are none.
    package func remove(_ name: String) throws -> Bool {
        var wasThere = false
        try change { entries in
            wasThere = entries.users.contains { $0.name == name } || entries.tokens.contains { $0.name == name }
            entries.users.removeAll { $0.name == name }
            entries.tokens.removeAll { $0.name == name }
        }
        return wasThere
    }

    private func check(_ name: String, _ roles: [String], _ tenant: String?) throws {
        guard Name.isValid(name) else {
            throw AuthFileError(
                "A name begins with a letter or digit and has up to 128 letters, digits, dots, dashes, colons and "
                    + "underscores.")
        }
        do {
            _ = try AuthEntries.grants(roles)
            try AuthEntries.requireUse(of: roles, name, tenant != nil)
        } catch {
            throw AuthFileError(error.sentence)
        }
    }

    private func change(_ body: (inout AuthEntries) -> Void) throws {
        var entries = AuthEntries()
        if PrivateFile.exists(path) { entries = try AuthEntries(try PrivateFile.read(path), isToBeChanged: true) }
        body(&entries)
        try PrivateFile.write(entries.text, to: path)
    }
}

extension AuthEntries {
    /// The file as it is written: an entry a line, so that people can read and compare it.
    fileprivate var text: [UInt8] {
        var lines: [String] = []
        func list(_ name: String, _ entries: [[UInt8]]) {
            let rows = entries.map { "    \(String(decoding: $0, as: UTF8.self))" }.joined(separator: ",\n")
            lines.append("  \"\(name)\": [\(rows.isEmpty ? "" : "\n\(rows)\n  ")]")
        }
        list("users", users.map(\.json))
        list("tokens", tokens.map(\.json))
        if let jwtBytes { lines.append("  \"jwt\": \(String(decoding: jwtBytes, as: UTF8.self))") }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }
}

extension AuthEntries.User {
    fileprivate var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("name", name)
            json.field("scrypt", password.description)
            json.field("roles", roles)
            json.field("tenant", tenant)
        }
        return json.bytes
    }
}

extension AuthEntries.Token {
    fileprivate var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("name", name)
            json.field("sha256", Hex.text(sha256))
            json.field("roles", roles)
            json.field("tenant", tenant)
            json.field("expires", expires)
        }
        return json.bytes
    }
}

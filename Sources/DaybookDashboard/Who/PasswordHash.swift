internal import DaybookCrypto

/// A password as the auth file has it: `scrypt$N$r$p$salt$key`, the last two in base64url.
struct PasswordHash: Equatable, Sendable, CustomStringConvertible {
    private let cost: Scrypt.Cost
    private let salt: [UInt8]
    private let key: [UInt8]

    /// Nil if there is no memory for it.
    init?(of password: String, salt: [UInt8], cost: Scrypt.Cost = .usual) {
        guard let key = Scrypt.key(of: Array(password.utf8), salt: salt, cost: cost) else { return nil }
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// Nil if that is no such text, or one that asks too much of this machine.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let n = UInt64(parts[1]), let r = UInt64(parts[2]),
            let p = UInt64(parts[3]), let salt = Base64Url.bytes(parts[4]), let key = Base64Url.bytes(parts[5]),
            salt.count >= 8, key.count >= 16
        else { return nil }
        cost = Scrypt.Cost(n: n, r: r, p: p)
        guard cost.isBearable else { return nil }
        self.salt = salt
        self.key = key
    }

    var description: String {
        "scrypt$\(cost.n)$\(cost.r)$\(cost.p)$\(Base64Url.text(salt))$\(Base64Url.text(key))"
    }

    func isHash(of password: String) -> Bool {
        guard let found = Scrypt.key(of: Array(password.utf8), salt: salt, cost: cost, byteCount: key.count) else {
            return false
        }
        return ConstantTime.equal(found, key)
    }

    /// What a name that is not there is checked against, so that it takes as long as one that is.
    static let ofNobody = PasswordHash(of: "", salt: [UInt8](repeating: 7, count: 16))
}

internal import DaybookCrypto
internal import DaybookModel
internal import Synchronization

/// Who has signed in. A session is a random number in a cookie; what it stands for is kept here and nowhere else, ends
/// after a time or at log-out, and is gone when the program ends.
final class Sessions: Sendable {
    private struct Session {
        let name: String
        /// The digest of what the password is checked against. Another password, or another account of that name, has
        /// another.
        let password: [UInt8]
        let began: Instant
        var seen: Instant
    }

    private let sessions = Mutex<[[UInt8]: Session]>([:])
    /// Signs what binds a form to a session.
    private let key: [UInt8]
    private let random: @Sendable (Int) throws -> [UInt8]

    private static let lifeMicroseconds: Int64 = 12 * 3_600_000_000
    private static let idleMicroseconds: Int64 = 3_600_000_000
    private static let countMax = 10_000

    init(random: @escaping @Sendable (Int) throws -> [UInt8]) throws {
        self.random = random
        key = try random(32)
    }

    /// A number that nobody can guess, for the cookie.
    func newNumber() throws -> String { Base64Url.text(try random(24)) }

    /// Whether it looks like one of ours.
    static func isNumber(_ text: String) -> Bool { text.utf8.count == 32 && Base64Url.bytes(text) != nil }

    /// Begins a session under a new number and forgets that of before.
    func begin(_ name: String, _ password: PasswordHash, insteadOf old: String?, now: Instant) throws -> String {
        let number = try newNumber()
        if let old { end(old) }
        sessions.withLock { sessions in
            if sessions.count >= Sessions.countMax {
                sessions = sessions.filter { Sessions.isInForce($0.value, now) }
                if sessions.count >= Sessions.countMax, let oldest = sessions.min(by: { $0.value.seen < $1.value.seen })
                {
                    sessions[oldest.key] = nil
                }
            }
            // Only the hash is kept: what lies in memory opens nothing.
            sessions[Sessions.hash(number)] = Session(
                name: name, password: Sessions.digest(password), began: now, seen: now)
        }
        return number
    }

    /// Whoever of `users` has the session; nil if it is none, or over. It is over for good once its user is gone or has
    /// another password.
    func user(of number: String, among users: [AuthEntries.User], now: Instant) -> AuthEntries.User? {
        let hash = Sessions.hash(number)
        return sessions.withLock { sessions in
            guard var session = sessions[hash] else { return nil }
            guard Sessions.isInForce(session, now), let user = users.first(where: { $0.name == session.name }),
                Sessions.digest(user.password) == session.password
            else {
                sessions[hash] = nil
                return nil
            }
            session.seen = max(session.seen, now)
            sessions[hash] = session
            return user
        }
    }

    func end(_ number: String) {
        let hash = Sessions.hash(number)
        sessions.withLock { $0[hash] = nil }
    }

    /// What a form has to bring along to change something in the name of whoever has this number.
    func formToken(for number: String) -> String {
        Base64Url.text(Hmac.sha256(of: Array("form \(number)".utf8), key: key))  // tidy: what is signed
    }

    func isFormToken(_ token: String, for number: String) -> Bool {
        ConstantTime.equal(Array(token.utf8), Array(formToken(for: number).utf8))
    }

    private static func isInForce(_ session: Session, _ now: Instant) -> Bool {
        // A clock that was set back ends nothing early, and nothing late by more than the idle time.
        now.microseconds - session.began.microseconds < lifeMicroseconds
            && now.microseconds - session.seen.microseconds < idleMicroseconds
    }

    private static func digest(_ password: PasswordHash) -> [UInt8] {
        Digest.sha256(of: Array(password.description.utf8))
    }

    private static func hash(_ number: String) -> [UInt8] { Digest.sha256(of: Array(number.utf8)) }
}

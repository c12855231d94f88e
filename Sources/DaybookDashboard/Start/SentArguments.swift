internal import DaybookModel

/// Arguments that come from somebody who was shown marks in place of what is secret.
enum SentArguments {
    /// With what stood in `old` where he has left a mark; a mark for which nothing stood there is refused.
    static func restored(
        _ sent: [UInt8], secret: [String], from old: [UInt8] = []
    ) throws(RouteFailure) -> [UInt8] {
        guard let secrets = Secrets(secret, arguments: old) else { return sent }
        do throws(StrayMark) {
            return try secrets.restored(sent, from: old)
        } catch {
            throw .badCall(error.description)
        }
    }
}

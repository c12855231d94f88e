/// Somebody asked for what he may not have, and was turned away. Who it was stands in the event's envelope, if that is
/// known.
package struct Denied: Equatable, Sendable {
    /// What he would have needed.
    package var permission: String
    /// What he asked for: the method and the path's pattern, without anything of his own making.
    package var request: String
    /// From where, as far as that is known.
    package var source: String
    /// How often, where several are told as one.
    package var howMany: UInt64
    package var reason: String

    package init(permission: String, request: String, source: String, howMany: UInt64 = 1, reason: String = "") {
        self.permission = permission
        self.request = request
        self.source = source
        self.howMany = howMany
        self.reason = reason
    }
}

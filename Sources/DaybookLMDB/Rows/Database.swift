/// A named database of an open environment. Opened once, with the environment, and valid as long as it.
@usableFromInline
package struct Database: Sendable, Hashable {
    @usableFromInline let identifier: UInt32

    init(identifier: UInt32) {
        self.identifier = identifier
    }
}

/// A named database of an open environment. Opened once, with the environment, and valid as long as it.
@usableFromInline
package struct Database: Sendable, Hashable {
    @usableFromInline let identifier: UInt32
    /// The environment that it is one of. LMDB knows it by its number alone, and would take another environment's.
    @usableFromInline let environment: UInt

    /// One of the environment of `transaction`.
    init(identifier: UInt32, of transaction: TransactionHandle) {
        self.identifier = identifier
        environment = transaction.environment
    }
}

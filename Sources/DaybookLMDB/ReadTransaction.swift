/// A consistent snapshot for the time of a closure. It cannot be copied, kept or taken across an `await`.
@safe
package struct ReadTransaction: ~Copyable, ~Escapable, LMDBTransaction {
    package let handle: TransactionHandle

    @_lifetime(immortal)
    init(unsafePointer pointer: OpaquePointer) {
        handle = unsafe TransactionHandle(pointer)
    }
}

/// A consistent snapshot for the time of a closure. It cannot be copied, kept or taken across an `await`.
@safe
@usableFromInline
package struct ReadTransaction: ~Copyable, ~Escapable, LMDBTransaction {
    @usableFromInline package let handle: TransactionHandle

    @_lifetime(immortal)
    init(unsafePointer pointer: OpaquePointer) {
        handle = unsafe TransactionHandle(pointer)
    }
}

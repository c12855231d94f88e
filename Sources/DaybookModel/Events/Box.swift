/// A value behind a reference, so that what holds it is cheap to copy. The value never changes.
///
/// Making one is inlinable: another module would otherwise copy the value by what it knows of it at run time.
@usableFromInline
package final class Box<Value: Sendable>: Sendable {
    @usableFromInline package let value: Value

    @inlinable
    package init(_ value: consuming Value) {
        self.value = value
    }

    /// A value that is changed once more before it is put away.
    @inlinable @inline(__always)
    package init<Failure: Error>(
        _ value: consuming Value, finishedBy finish: (inout Value) throws(Failure) -> Void
    ) throws(Failure) {
        try finish(&value)
        self.value = value
    }
}

extension Box: Hashable where Value: Hashable {
    @usableFromInline
    package func hash(into hasher: inout Hasher) { value.hash(into: &hasher) }
}

extension Box: Equatable where Value: Equatable {
    @usableFromInline
    package static func == (left: Box, right: Box) -> Bool {
        left === right || left.value == right.value
    }
}

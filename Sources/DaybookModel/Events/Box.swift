/// A value behind a reference, so that what holds it is cheap to copy. The value never changes.
package final class Box<Value: Sendable>: Sendable {
    package let value: Value

    package init(_ value: consuming Value) {
        self.value = value
    }

    /// A value that is changed once more before it is put away.
    @inline(__always)
    package init<Failure: Error>(
        _ value: consuming Value, finishedBy finish: (inout Value) throws(Failure) -> Void
    ) throws(Failure) {
        try finish(&value)
        self.value = value
    }
}

extension Box: Hashable where Value: Hashable {
    package func hash(into hasher: inout Hasher) { value.hash(into: &hasher) }
}

extension Box: Equatable where Value: Equatable {
    package static func == (left: Box, right: Box) -> Bool {
        left === right || left.value == right.value
    }
}

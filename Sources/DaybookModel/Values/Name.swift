/// The one rule for names of jobs, queues, keys, tags and the like: `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`.
public enum Name {
    /// The queue of operations on many jobs, which are done by whoever comes for them and by no other worker: it is not
    /// one of "all queues".
    package static let operations = "daybook.operations"

    /// The queue of what stands for a call that takes several commits; see `Books.stage`. Nobody serves it.
    package static let staging = "daybook.staging"

    /// No queue, but what stands for those that no job has been in yet: they are paused from the start while it is.
    package static let queuesToCome = "daybook.every"

    /// The longest name there may be, in characters.
    public static let lengthMax = 128

    /// Whether the text keeps the rule.
    public static func isValid(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard let first = bytes.first, bytes.count <= lengthMax, lettersAndDigits.contains(first) else {
                return false
            }
            for byte in bytes where !allowed.contains(byte) { return false }
            return true
        }
    }

    private static let lettersAndDigits = ByteSet(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    private static let allowed = ByteSet(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-")
}

/// A set of ASCII characters as 128 bits: names are checked on the writer's thread.
private struct ByteSet {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ characters: String) {
        for byte in characters.utf8 {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
        return byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }
}

/// Something was asked of an engine that has been closed: nothing was written, or read.
public struct EngineClosed: Error, Equatable, CustomStringConvertible {
    /// The same in a sentence.
    public var description: String {
        "The engine is closed: nothing more is written or read through it. Open the store again."
    }
}

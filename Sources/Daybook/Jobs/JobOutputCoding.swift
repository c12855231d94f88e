/// How what a job returns becomes the bytes in the log, and again a value.
///
/// Nothing, bytes and everything that is `Codable` (as JSON) need no mention. Give a job a coding of your own for
/// anything else.
public struct JobOutputCoding<Output: Sendable>: Sendable {
    let encode: @Sendable (Output) throws -> [UInt8]
    let decode: @Sendable ([UInt8]) throws -> Output

    /// A coding of your own.
    public init(
        encode: @escaping @Sendable (Output) throws -> [UInt8], decode: @escaping @Sendable ([UInt8]) throws -> Output
    ) {
        self.encode = encode
        self.decode = decode
    }
}

extension JobOutputCoding where Output == Void {
    /// Nothing is kept.
    public static var nothing: JobOutputCoding { JobOutputCoding(encode: { _ in [] }, decode: { _ in }) }
}

extension JobOutputCoding where Output == [UInt8] {
    /// The bytes themselves.
    public static var bytes: JobOutputCoding { JobOutputCoding(encode: { $0 }, decode: { $0 }) }
}

extension JobOutputCoding where Output: Codable {
    /// JSON, so that a person can read it in the log.
    public static var json: JobOutputCoding {
        JobOutputCoding(
            encode: { try JSON.encode($0) },
            decode: { try JSON.decode(Output.self, from: $0) })
    }
}

extension JobArguments where Output == Void {
    /// Nothing is kept.
    public static var outputCoding: JobOutputCoding<Void> { .nothing }
}

// One extension for bytes and for the rest: with two, the compiler could not tell what a type that says nothing
// about its output means.
extension JobArguments where Output: Codable {
    /// The bytes themselves for `[UInt8]`, JSON for all else.
    public static var outputCoding: JobOutputCoding<Output> {
        guard Output.self == [UInt8].self, let bytes = JobOutputCoding<[UInt8]>.bytes as? JobOutputCoding<Output> else {
            return .json
        }
        return bytes
    }
}

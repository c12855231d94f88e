extension JSONScanner {
    /// Where the one value lies that `bytes` hold.
    package mutating func scan(_ bytes: [UInt8]) throws(JSONSyntaxError) -> Range<Int> {
        // An array hands out its bytes to closures without typed throws only, so the error goes round by the result.
        let result: Result<Range<Int>, JSONSyntaxError> = bytes.withUnsafeBytes { bytes in
            do throws(JSONSyntaxError) {
                return .success(try scanWhole(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

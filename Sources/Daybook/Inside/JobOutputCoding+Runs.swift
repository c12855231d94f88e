extension JobOutputCoding {
    /// The bytes of what a run came to. It has been done by now: to do it again because its value cannot be written
    /// down would do it once more each time.
    func bytes(of value: Output, _ what: @autoclosure () -> String) throws -> [UInt8] {
        do {
            return try encode(value)
        } catch {
            // The error quotes the value, which does not belong into a text that everybody may read.
            throw RunRefusal(
                .notEncodable,
                "\(what()) cannot be written down as \(Output.self) is, and another run would come to the same: a "
                    + "number that is none, perhaps.")
        }
    }
}

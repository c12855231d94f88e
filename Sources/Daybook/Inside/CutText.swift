extension String {
    /// What is longer than people would read loses its rest: up to so many bytes of whole characters, and a mark.
    func cut(toBytes bytesMax: Int, mark: String = " … (cut)") -> String {
        guard utf8.count > bytesMax else { return self }
        // A place inside a character means its beginning.
        return self[..<utf8.index(utf8.startIndex, offsetBy: bytesMax)] + mark
    }
}

// The sidecar that names the store: `{"daybook":1,"identity":"<32 hex digits>"}`. Without it a data file that was
// emptied, or exchanged for another, would pass for a store.

/// The line in `identity`.
struct IdentityFile: Equatable {
    static let format = 1
    static let byteCountMax = 4_096

    let identity: [UInt8]

    init(identity: [UInt8]) {
        self.identity = identity
    }

    var bytes: [UInt8] {
        Array(
            "{\"daybook\":\(IdentityFile.format),\"identity\":\"\(identity.withUnsafeBytes(Hexadecimal.text))\"}\n".utf8
        )
    }

    /// Reads the file under `name`; nil if there is none.
    static func read(_ name: String, in folder: FolderDescriptor) throws(LogError) -> Result<IdentityFile, Flaw>? {
        guard try folder.status(of: name) != nil else { return nil }
        return parse(try folder.openFile(name, .toRead).read(byteCountMax))
    }

    /// Writes the file under `name`, where there must be none, so that no failure of the machine takes it back.
    func write(_ name: String, in folder: FolderDescriptor) throws(LogError) {
        let file = try folder.openFile(name, .toMake)
        try file.write(bytes)
        try file.flush()
        try folder.flush()
    }

    enum Flaw: Error, Equatable {
        case notUnderstood
        case newerFormat(Int)
    }

    /// Blanks between the words do not matter; anything else that differs does.
    static func parse(_ bytes: [UInt8]) -> Result<IdentityFile, Flaw> {
        let text = String(decoding: bytes.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }, as: UTF8.self)
        let beginning = "{\"daybook\":"
        guard text.hasPrefix(beginning),
            let end = text.dropFirst(beginning.count).firstIndex(where: { ",}".contains($0) }),
            let format = Int(text[text.index(text.startIndex, offsetBy: beginning.count)..<end]), format >= 1
        else { return .failure(.notUnderstood) }
        guard format == IdentityFile.format else { return .failure(.newerFormat(format)) }
        let key = ",\"identity\":\""
        let rest = text[end...]
        guard rest.hasPrefix(key), rest.hasSuffix("\"}"),
            let identity = Hexadecimal.bytes(rest.dropFirst(key.count).dropLast(2)), identity.count == 16
        else { return .failure(.notUnderstood) }
        return .success(IdentityFile(identity: identity))
    }
}

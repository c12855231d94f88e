/// Small texts that travel with a job. Each stands as `key=value`.
extension Created {
    /// Sets a piece of metadata, whether it is there or not.
    package mutating func setMetadata(_ key: String, _ value: String) {
        metadata.removeAll { Created.metadataKey($0) == key }
        metadata.append(Created.metadataEntry(key, value))
    }

    /// What Daybook itself tells of a job that it makes of another, in place of what it told of that one; left out
    /// where there is no room for it, or nothing to tell.
    package mutating func note(_ key: String, _ value: String) {
        metadata.removeAll { Created.metadataKey($0) == key }
        let entry = Created.metadataEntry(key, value)
        let byteCount = metadata.reduce(entry.utf8.count) { $0 + $1.utf8.count }
        guard !value.isEmpty, metadata.count < Created.metadataMax, byteCount <= Created.metadataBytesMax
        else { return }
        metadata.append(entry)
    }

    /// What it is, by its keys.
    package var metadataByName: [String: String] {
        Dictionary(
            metadata.map { entry in
                let key = Created.metadataKey(entry)
                return (String(key), String(entry[key.endIndex...].dropFirst()))
            }, uniquingKeysWith: { $1 })
    }

    /// A key that has the sign itself gets one before it: that is no name, so it is refused and not read as another.
    package static func metadataEntry(_ key: String, _ value: String) -> String {
        (key.contains("=") ? "=" : "") + "\(key)=\(value)"
    }

    /// The key of a piece of metadata as it stands there.
    package static func metadataKey(_ entry: String) -> Substring { entry.prefix { $0 != "=" } }
}

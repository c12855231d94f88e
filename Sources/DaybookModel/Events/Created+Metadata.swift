/// Small texts that travel with a job. Each stands as `key=value`.
extension Created {
    /// Sets a piece of metadata, whether it is there or not.
    package mutating func setMetadata(_ key: String, _ value: String) {
        metadata.removeAll { Created.metadataKey($0) == key }
        metadata.append(Created.metadataEntry(key, value))
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

internal import DaybookLog

extension Helper {
    /// `open FOLDER`: opens the store, making it if it is missing, and says which it is.
    static func open(_ words: [String]) throws {
        let store = try StoreFolder.open(try folder(words), .readWrite(createIfMissing: true), program: "open")
        defer { store.close() }
        say("store \(store.identity.withUnsafeBytes(Hexadecimal.text))")
    }

    /// `hold FOLDER [--pid-namespace N] [--boot HEX] [--read-only]`: has the store open until its standard input ends,
    /// from another place if that is said.
    static func hold(_ words: [String]) throws {
        var options = StoreFolder.Options()
        var host = try HostFacts.real()
        if let number = value("--pid-namespace", words).flatMap({ UInt64($0) }) { host.pidNamespace = number }
        if let boot = value("--boot", words).flatMap({ Hexadecimal.bytes($0) }) { host.boot = boot }
        options.host = host
        let access: StoreFolder.Access = words.contains("--read-only") ? .readOnly : .readWrite(createIfMissing: true)
        let store = try StoreFolder.open(try folder(words), access, program: "holder", options: options)
        say("ready")
        waitForEnd()
        store.close()
    }

    /// `hold-read FOLDER`: holds a snapshot until its standard input ends.
    static func holdRead(_ words: [String]) throws {
        let store = try StoreFolder.open(try folder(words), .readOnly, program: "reader")
        try store.storage.read { _ in
            say("ready")
            waitForEnd()
        }
        store.close()
    }

    /// `hold-write FOLDER`: holds the write lock until its standard input ends.
    static func holdWrite(_ words: [String]) throws {
        let store = try StoreFolder.open(try folder(words), .readWrite(createIfMissing: false), program: "writer")
        try store.storage.write { _ in
            say("ready")
            waitForEnd()
        }
        store.close()
    }

    private static func value(_ option: String, _ words: [String]) -> String? {
        guard let index = words.firstIndex(of: option), index + 1 < words.count else { return nil }
        return words[index + 1]
    }
}

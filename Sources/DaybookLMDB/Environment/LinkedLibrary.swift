internal import CDaybookLMDB

/// The LMDB this program is linked with.
package enum LinkedLibrary {
    /// Its version, for people.
    package static var version: String {
        let (major, minor, patch) = numbers
        return "\(major).\(minor).\(patch)"
    }

    private static var numbers: (major: Int32, minor: Int32, patch: Int32) {
        var major: Int32 = 0
        var minor: Int32 = 0
        var patch: Int32 = 0
        _ = unsafe mdb_version(&major, &minor, &patch)
        return (major, minor, patch)
    }

    /// 0.9.90 was the name of 1.0 while it was being made.
    static var readsLMDB10: Bool {
        let (major, minor, patch) = numbers
        return major >= 1 || (minor == 9 && patch >= 90)
    }

    /// The format of a file that this library cannot read, nil if it can.
    static func foreignFormat(of page: MetaPage) -> DataFileFinding.Format? {
        let isLMDB10 = page.pageHeaderByteCount == 24
        if isLMDB10 { return readsLMDB10 ? nil : .lmdb10(dataVersion: page.dataVersion) }
        guard page.dataVersion == 1 else { return .unknown(dataVersion: page.dataVersion) }
        return readsLMDB10 ? .lmdb09 : nil
    }
}

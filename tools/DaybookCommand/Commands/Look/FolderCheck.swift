import DaybookLog
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the doctor sees of a folder without opening the store in it.
enum FolderCheck {
    static func remarks(on folder: String) -> [DoctorRemark] {
        guard let mode = mode(of: folder) else { return [] }
        var remarks: [DoctorRemark] = []
        if mode & 0o077 != 0 {
            remarks.append(open(folder, mode, "700"))
        }
        for name in ["data.mdb", "lock.mdb", "identity", "wake"] {
            let path = "\(folder)/\(name)"
            if let mode = self.mode(of: path), mode & 0o077 != 0 { remarks.append(open(path, mode, "600")) }
        }
        if remarks.isEmpty {
            remarks.append(DoctorRemark("permissions", .fine, "only the owner has access to the folder"))
        }
        return remarks
    }

    private static func open(_ path: String, _ mode: UInt32, _ wanted: String) -> DoctorRemark {
        DoctorRemark(
            "permissions", .problem,
            "\(path) is open to other users (mode \(String(mode, radix: 8))): `chmod \(wanted) \(path)` takes that away"
        )
    }

    private static func mode(of path: String) -> UInt32? {
        var found = stat()
        // A link has no mode worth looking at; that it is one is said by whoever opens the store.
        guard lstat(path, &found) == 0, found.st_mode & S_IFMT != S_IFLNK else { return nil }
        return UInt32(found.st_mode) & 0o7777
    }
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where a store's own folder is no place: what lies there is lost, put back or rewritten with the store.
package enum OutsideFolder {
    /// Throws if a file or folder, which need not be there yet, lies in a store's folder or somewhere below it. `why`
    /// goes on behind "where it".
    package static func require(_ path: String, of folder: String, why: String) throws(LogError) {
        let (place, folder) = (resolved(path), resolved(folder))
        guard place == folder || place.hasPrefix(folder + "/") else { return }
        throw LogError(.badInput, "\(path) lies in the store's own folder, where it \(why); name another place.")
    }

    /// The path with all links followed, as far as it leads anywhere yet.
    private static func resolved(_ path: String) -> String {
        if let found = realpath(path, nil) {
            defer { free(found) }
            return String(cString: found)
        }
        guard path != ".", path != "/", !path.isEmpty else { return path }
        guard let slash = path.lastIndex(of: "/") else { return resolved(".") + "/" + path }
        let parent = slash == path.startIndex ? "/" : String(path[..<slash])
        return resolved(parent) + path[slash...]
    }
}

/// The jobs that a process can run, by name and version of their arguments.
///
/// It stands in the log as texts, one for each name: `mail.send` for all versions, `mail.send@2` or `mail.send@1-3` for
/// some, and `*` for all jobs there are.
package struct Runnable: Equatable, Sendable {
    private var versions: [String: ClosedRange<Int>] = [:]
    package private(set) var isEverything = false

    package static let everything: Runnable = {
        var runnable = Runnable()
        runnable.isEverything = true
        return runnable
    }()
    package static let nothing = Runnable()
    /// Versions of arguments begin with 1 and end here.
    package static let versionMax = Int(UInt16.max)
    package static let anyVersion = 1...versionMax

    package init() {}

    package mutating func add(_ name: String, _ versions: ClosedRange<Int>) {
        self.versions[name] = versions
    }

    package func canRun(_ name: String, version: UInt16) -> Bool {
        isEverything || versions[name]?.contains(Int(version)) == true
    }

    /// In one order, whatever the order of registration.
    package var texts: [String] {
        if isEverything { return ["*"] }
        return versions.sorted { $0.key < $1.key }.map { name, versions in
            if versions == Runnable.anyVersion { return name }
            let (first, last) = (versions.lowerBound, versions.upperBound)
            return first == last ? "\(name)@\(first)" : "\(name)@\(first)-\(last)"
        }
    }

    /// Reads what `texts` wrote. What cannot be read is nothing that could be run.
    package init(_ texts: [String]) {
        for text in texts {
            guard text != "*" else {
                isEverything = true
                continue
            }
            let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, Name.isValid(String(name)) else { continue }
            guard parts.count == 2 else {
                versions[String(name)] = Runnable.anyVersion
                continue
            }
            let ends = parts[1].split(separator: "-").map { Int($0) ?? 0 }
            guard let first = ends.first, let last = ends.last, ends.count <= 2, 1 <= first, first <= last else {
                continue
            }
            versions[String(name)] = first...last
        }
    }
}

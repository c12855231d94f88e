internal import DaybookModel

/// Which view: the name of a follower and the version of its rows.
package struct ViewID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let name: String
    package let version: Int

    package init(name: String, version: Int) throws(LogError) {
        guard Name.isValid(name) else {
            throw LogError(
                .badInput,
                """
                \(quoted(name)) cannot be the name of a follower: it must have 1 to \(Name.lengthMax) letters, \
                digits, dots, dashes, colons and underscores, and begin with a letter or a digit.
                """)
        }
        guard version >= 1 else {
            throw LogError(.badInput, "The versions of the follower \(name) count from 1; \(version) is none.")
        }
        self.name = name
        self.version = version
    }

    package init(of type: any Follower.Type) throws(LogError) {
        try self.init(name: type.name, version: type.version)
    }

    /// The view that is kept in the folder of this name, if one can be.
    init?(folderName: String) {
        guard let dash = folderName.lastIndex(of: "-"),
            let version = Int(folderName[folderName.index(after: dash)...]),
            let id = try? ViewID(name: String(folderName[..<dash]), version: version), id.folderName == folderName
        else { return nil }
        self = id
    }

    var folderName: String { "\(name)-\(version)" }

    package var description: String { "\(name), version \(version)" }

    package static func < (left: ViewID, right: ViewID) -> Bool {
        (left.name, left.version) < (right.name, right.version)
    }
}

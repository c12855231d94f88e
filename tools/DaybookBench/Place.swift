import Foundation

/// Where a measurement works, and at which scale.
final class Place {
    /// The same folder in every round and for all measurements of this run of the program, for what `prepare` made.
    let sharedFolder: String
    /// What takes very long to make lies here, and there the next run finds it if it was asked to be kept.
    let keptFolder: String
    let isQuick: Bool
    private let scratch: String
    private var count = 0

    /// Makes a folder for one measurement in `root`.
    init(in root: String, isQuick: Bool, kept: String? = nil) throws {
        scratch = root + "/measurement"
        sharedFolder = root
        keptFolder = kept ?? root
        self.isQuick = isQuick
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    }

    /// A new empty folder. It is gone when this run ends.
    func emptyFolder() throws -> String {
        count += 1
        let folder = scratch + "/run-\(count)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        return folder
    }

    /// How many operations to run where `full` are wanted: a tenth of them under `--quick`.
    func operations(_ full: Int) -> Int {
        isQuick ? max(1, full / 10) : full
    }

    /// Removes what the last run left.
    func clean() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch) where name.hasPrefix("run-") {
            try FileManager.default.removeItem(atPath: scratch + "/" + name)
        }
    }

    /// Removes everything.
    func remove() throws {
        try FileManager.default.removeItem(atPath: scratch)
    }
}

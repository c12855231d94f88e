// Keeping snapshots within their number and size. Every file but the first goes on from another, so none can simply be
// taken out of the middle: two neighbours become one, which has the rows of both and leaves out the snapshot between
// them. Too many: the two that lie closest become one. Too large: the older half becomes one whole snapshot, in which
// only rows are left that were there at its end.

internal import DaybookModel

struct SnapshotThinning {
    private let shelf: SnapshotShelf
    private let folder: FolderDescriptor

    init(_ shelf: SnapshotShelf, _ folder: FolderDescriptor) {
        self.shelf = shelf
        self.folder = folder
    }

    /// Throws if there is no room for the newest snapshot, which is then not there any more.
    func run(keeping newest: SnapshotName) throws {
        var paths = try keepPaths()
        // Somebody has deleted the folder meanwhile.
        guard !paths.isEmpty else { throw SnapshotRecorder.Full() }
        let countMax = max(1, shelf.limits.countMax)
        while paths.reduce(0, { $0 + $1.count }) > countMax, let closest = closestNeighbours(in: paths) {
            let (path, index) = closest
            let joined = try join(Array(paths[path][index...index + 1]))
            paths[path].replaceSubrange(index...index + 1, with: [joined])
        }
        // What lies before the archives' end is looked at least.
        while paths.count > 1, !paths.last!.contains(where: { $0.to == newest.to }),
            try bytes(paths) > shelf.limits.bytesMax
        {
            for name in paths.removeLast() { try folder.remove(name.text) }
        }
        while paths[0].count > 2, try bytes(paths) > shelf.limits.bytesMax {
            let older = paths[0].dropLast().prefix(max(2, paths[0].count / 2))
            paths[0] = [try join(Array(older))] + paths[0].dropFirst(older.count)
        }
        if try bytes(paths) > shelf.limits.bytesMax {
            // It may have become one with another, which then ends where it does.
            for name in paths.joined() where name.to == newest.to { try folder.remove(name.text) }
            throw SnapshotRecorder.Full()
        }
    }

    /// Takes away what does not lead to the latest snapshot, nor to one from before the first of those. A fold that
    /// began behind archives has a whole one there, and a fold to a point within the archives others before it.
    private func keepPaths() throws -> [[SnapshotName]] {
        let names = try SnapshotShelf.names(in: folder)
        let chains = SnapshotChains(names)
        var paths: [[SnapshotName]] = []
        var bound = SequenceNumber.max
        while let mark = chains.marks.first(where: { $0 < bound }) {
            paths.append(chains.path(to: mark))
            bound = paths.last![0].to
        }
        let kept = Set(paths.joined())
        for name in names where !kept.contains(name) { try folder.remove(name.text) }
        return paths
    }

    /// Those that span the fewest events together, so that what is left lies as evenly as it can.
    private func closestNeighbours(in paths: [[SnapshotName]]) -> (path: Int, index: Int)? {
        var closest: (path: Int, index: Int)?
        var fewest = SequenceNumber.max
        for (path, names) in paths.enumerated() {
            for index in names.indices.dropLast() where names[index + 1].to - names[index].from < fewest {
                fewest = names[index + 1].to - names[index].from
                closest = (path, index)
            }
        }
        return closest
    }

    /// Makes one file of several that follow each other.
    private func join(_ names: [SnapshotName]) throws -> SnapshotName {
        var runs: [SnapshotRun] = []
        for name in names {
            guard let run = shelf.open(name, in: folder) else {
                try folder.remove(name.text)
                throw SnapshotRecorder.Full()
            }
            runs.append(run)
        }
        let rows = SnapshotRows(runs)
        var header = rows.header
        header.base = runs[0].header.base
        header.sections = Array(repeating: SnapshotHeader.Section(), count: Table.numberMax)
        try shelf.write(header, in: folder) { writer in
            for table in Table.allCases {
                writer.begin(table, rowsMax: rows.rowsMax(table))
                try withUnsafeBytes(of: UInt8(0)) { start in
                    try rows.forEachVersion(table, from: start) { key, value in
                        // Below a whole snapshot there is nothing that a row could be gone from.
                        if value != nil || !header.isWhole { try writer.add(table, key, value) }
                        return true
                    }
                }
                try writer.end(table)
            }
        }
        for name in names { try folder.remove(name.text) }
        return SnapshotName(header)
    }

    private func bytes(_ paths: [[SnapshotName]]) throws -> Int {
        try paths.joined().reduce(0) { try $0 + (folder.status(of: $1.text)?.byteCount ?? 0) }
    }
}

/// The file `stamp` in a view's folder: what the view was made for, and since when.
///
/// A view is never flushed, so after a crash of the machine its data file may hold anything, and LMDB trusts what it
/// finds. So this is read first, and a view of another boot, of another store, or whose data file was put there by
/// somebody else (a copy out of a backup) is thrown away unopened.
struct ViewStamp {
    static let byteCountMax = 4_096

    let id: ViewID
    let identity: [UInt8]
    let boot: [UInt8]
    let data: EntryStatus

    var bytes: [UInt8] {
        let lines = [
            "daybook view 1", id.folderName, hexadecimal(identity), hexadecimal(boot), "\(data.device) \(data.number)",
        ]
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes(Hexadecimal.text) }

    /// Whether the view in `folder` has this stamp.
    func isThere(in folder: FolderDescriptor) throws(LogError) -> Bool {
        guard try folder.status(of: ViewHome.File.stamp)?.form == .file else { return false }
        return try folder.openFile(ViewHome.File.stamp, .toRead).read(ViewStamp.byteCountMax) == bytes
    }

    /// Puts the stamp there as one step.
    func write(in folder: FolderDescriptor, for owner: StoreOwner) throws(LogError) {
        try folder.remove(ViewHome.File.newStamp)
        try folder.openFile(ViewHome.File.newStamp, .toMake).write(bytes)
        try owner.take([ViewHome.File.newStamp], in: folder)
        try folder.rename(ViewHome.File.newStamp, to: ViewHome.File.stamp)
    }
}

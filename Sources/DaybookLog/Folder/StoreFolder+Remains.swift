extension StoreFolder {
    /// What was being made in the folder when something stopped it. It is nobody's: a store is built in an empty folder
    /// only, and compacted while nobody has it open.
    package func remains() throws(LogError) -> [StoreRemark] {
        var remarks: [StoreRemark] = []
        for (name, makers) in [
            (StoreBuilding.workshop, "an import, restore, fork or recovery"), (Compacting.workshop, "a compaction"),
        ] where try folder.status(of: name)?.form == .folder {
            let inner = try folder.existingFolder(name)
            var byteCount = 0
            for entry in try inner.entries() { byteCount += try inner.status(of: entry)?.byteCount ?? 0 }
            remarks.append(
                StoreRemark(
                    "remains", .note,
                    "\(inner.path) is what \(makers) has left that was stopped (\(ByteCount.text(byteCount))), and "
                        + "nothing needs it: delete that folder"))
        }
        return remarks
    }
}

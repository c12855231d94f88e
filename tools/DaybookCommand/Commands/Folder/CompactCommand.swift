import DaybookLog
import DaybookModel

enum CompactCommand {
    static let description = CommandDescription(
        "compact", "give free pages of the store's file back to the disk",
        discussion: [
            "Copies the store into a new file beside the old one, verifies it and puts it in its place in one step: "
                + "the same log, the same head. It needs room for both files. Refused while another process has the "
                + "store open. A store does not need this to stay well: free pages are used again."
        ]
    ) { _, context in
        let interruption = Interruption()
        CrashGuard.storeIsOpen(context.folder)
        let progress = Progress(context.log)
        defer { progress.end() }
        let summary = try StoreFolder.compact(
            context.folder, program: Version.program, interruption.control(progress))
        progress.end()
        let won = max(0, summary.bytesBefore - summary.bytesAfter)
        try context.print { json in
            json.object { json in
                json.field("folder", context.folder)
                json.write(summary.copy)
                json.field("bytesBefore", summary.bytesBefore)
                json.field("bytesAfter", summary.bytesAfter)
                json.field("bytesWon", won)
            }
        } text: {
            [
                "compacted from \(ByteCount.text(summary.bytesBefore)) to \(ByteCount.text(summary.bytesAfter)), won "
                    + "\(ByteCount.text(won)): \(summary.copy.sentence)"
            ]
        }
    }
}

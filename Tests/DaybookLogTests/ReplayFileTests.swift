import DaybookLog
import DaybookModel
import Foundation
import Testing

@Suite struct `Replaying an export` {
    @Test(arguments: [100, nil] as [Int?])
    func `gives the states of the store that it came from`(expectedBytes: Int?) throws {
        try withTemporaryFolder { folder in
            let storage = MemoryStorage()
            var workload = ReplayWorkload(seed: 11, try LogWriter.opened(storage))
            try workload.run(turns: 80)
            let log = try ScratchLog(expecting: expectedBytes, in: folder)
            // What passes through has no name in the folder even while it is in use.
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            let importer = try LogImporter(into: log.storage)
            try LogExporter(storage).export { try importer.feed($0) }
            _ = try importer.finish()
            #expect(try log.storage.liveDump() == storage.liveDump())
            for sequence in [1, 50, 100] as [SequenceNumber] {
                let (original, imported) = (Replay(storage), Replay(log.storage))
                try original.advance(to: .sequence(sequence))
                try imported.advance(to: .sequence(sequence))
                #expect(try imported.dump.text() == original.dump.text())
            }
        }
    }

    @Test func `says which folder it needs where it may not write`() throws {
        let missing = "/nonexistent-daybook"
        let error = #expect(throws: LogError.self) { try ScratchLog(expecting: nil, in: missing) }
        #expect(error?.description.contains("A temporary folder is needed in \(missing)") == true)
        var limits = FoldLedgers.Limits()
        limits.folder = missing
        limits.jobBytesMax = 0
        let storage = MemoryStorage()
        try LogWriter.opened(storage).perform(.enqueue())
        let failure = #expect(throws: LogError.self) { try Replay(storage, limits: limits).advance(to: .end) }
        #expect(failure?.description.contains("needs a temporary file in \(missing)") == true)
        #expect(failure?.code == .unusable)
        // A verifier that cannot fold has found no damage; it cannot tell.
        var options = LogVerifier.Options()
        options.foldLimits = limits
        #expect(LogVerifier(storage, options).verify().verdict == .cannotTell)
    }
}

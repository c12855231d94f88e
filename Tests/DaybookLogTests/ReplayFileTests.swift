import DaybookLMDB
import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

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
        #expect(error?.description.contains("A temporary file is needed in \(missing)") == true)
        var limits = FoldLedgers.Limits()
        limits.folder = missing
        limits.jobBytesMax = 0
        let storage = MemoryStorage()
        try LogWriter.opened(storage).perform(.enqueue())
        let failure = #expect(throws: LogError.self) { try Replay(storage, limits: limits).advance(to: .end) }
        #expect(failure?.description.contains("A temporary file is needed in \(missing)") == true)
        #expect(failure?.code == .unusable)
        // A verifier that cannot fold has found no damage; it cannot tell.
        var options = LogVerifier.Options()
        options.foldLimits = limits
        #expect(LogVerifier(storage, options).verify().verdict == .cannotTell)
    }

    /// LMDB says of a short write that the disk has failed. There is no room where there is no folder.
    @Test func `names the folder for temporary files where that is full, and the way out`() {
        let error = TemporaryFolder.failure(LMDBError(code: 5, operation: .commit), in: "/nonexistent-daybook")
        #expect(error.code == .diskFull)
        let sentence = error.description
        #expect(sentence.contains("needed in /nonexistent-daybook: No space left on device."))
        #expect(sentence.contains("set TMPDIR to a folder that has some"))
        // With room there, the disk has failed indeed.
        let other = TemporaryFolder.failure(LMDBError(code: 5, operation: .commit), in: "/")
        #expect(other.code == .unusable)
        #expect(other.description.contains("Input/output error"))
    }
}

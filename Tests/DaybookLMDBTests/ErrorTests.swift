@testable import DaybookLMDB
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Errors` {
    @Test(arguments: [
        (LMDBError.environmentDeadCode, "open it again"),
        (LMDBError.environmentClosedCode, "is closed"),
        (LMDBError.alreadyOpenCode, "Use that environment, or close it first"),
        (LMDBError.nestedWriteCode, "Use that transaction"),
        (LMDBError.readOnlyCode, "opened for reading only"),
        (LMDBError.growthBlockedCode, "End the transaction"),
        (LMDBError.malformedValueCode, "not of the form"),
        (LMDBError.fileMissingCode, "Is this the right folder?"),
        (LMDBError.fileSystemWritableCode, "Open it read-only, with the lock"),
        (-30792, "Raise the limit"),
        (-30790, "Look for stuck readers"),
        (-30794, "another version of LMDB"),
        (-30797, "restore it from a backup"),
        (EAGAIN, "Do two containers"),
        (EIO, "Look at free space first"),
        (EROFS, "Read-only file system"),
        (-30780, "of another environment"),
        (-30784, "MDB_INCOMPATIBLE"),
    ])
    func `say what to do`(code: Int32, words: String) {
        #expect("\(LMDBError(code: code, operation: .beginRead))".contains(words))
    }

    @Test func `begin with what could not be done and end with the code`() {
        let text = "\(LMDBError(code: ENOSPC, operation: .commit))"
        #expect(text == "Cannot commit: No space left on device (code 28)")
    }

    @Test func `from a commit are told from others`() {
        #expect(LMDBError(code: EIO, operation: .commit).isFromCommit)
        #expect(!LMDBError(code: EIO, operation: .put).isFromCommit)
    }

    @Test(arguments: [ENOSPC, EDQUOT, EFBIG, EIO])
    func `that a full disk causes are recognized`(code: Int32) {
        #expect(LMDBError(code: code, operation: .commit).isDiskFull)
        #expect(!LMDBError(code: ENOMEM, operation: .commit).isDiskFull)
    }
}

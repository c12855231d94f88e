import DaybookLMDB
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `A copy` {
    @Test(arguments: [false, true])
    func `holds the snapshot and can be opened beside the original`(isCompacting: Bool) throws {
        let store = try Store()
        try store.fill(500)
        try store.environment.write { transaction in
            for key in 0..<400 as Range<UInt64> { try transaction.delete(store.rows, key: key) }
        }
        let copy = TemporaryDirectory()
        try store.environment.copy(to: copy.path, compacting: isCompacting)
        try store.put(1_000)
        #expect(try Store(copy).count() == 100)
        let isSmaller = FileSurgery.size(copy.dataFile) < FileSurgery.size(store.directory.dataFile) / 2
        #expect(isSmaller == isCompacting)
    }

    @Test func `is for its owner only`() throws {
        let store = try Store()
        let copy = TemporaryDirectory()
        try store.environment.copy(to: copy.path, compacting: false)
        var status = stat()
        #expect(stat(copy.dataFile, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func `overwrites nothing`() throws {
        let store = try Store()
        let copy = TemporaryDirectory()
        FileSurgery.write([1, 2, 3], to: copy.dataFile)
        let error = lmdbError { try store.environment.copy(to: copy.path, compacting: false) }
        #expect(error?.code == EEXIST)
        #expect(FileSurgery.read(copy.dataFile) == [1, 2, 3])
    }
}

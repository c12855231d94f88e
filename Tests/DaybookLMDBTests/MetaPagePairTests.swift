import Testing

@testable import DaybookLMDB

@Suite struct `The numbers of the two meta pages` {
    /// Where the transaction number of a meta page stands in the file.
    private static func place(_ page: Int) -> Int { page * 4_096 + (LinkedLibrary.readsLMDB10 ? 24 : 16) + 128 }

    private static func written(commits: Int) throws -> TemporaryDirectory {
        let directory = TemporaryDirectory()
        let store = try Store(directory)
        for key in 1..<UInt64(max(1, commits)) { try store.put(key) }
        store.environment.close()
        return directory
    }

    /// Two commits leave 2 and 1, and a flip makes 2 and 3 of that: neighbours as well.
    @Test(arguments: 2...9)
    func `do not hide a flipped bit, whichever it is`(commits: Int) throws {
        let directory = try Self.written(commits: commits)
        guard case .sound(let newer) = DataFile.inspect(directory.dataFile) else {
            Issue.record("not sound")
            return
        }
        try #require(newer.transactionID == UInt64(commits))
        for bit in 0..<128 {
            let offset = Self.place(bit / 64) + bit % 64 / 8
            let byte = FileSurgery.read(directory.dataFile)[offset]
            FileSurgery.write([byte ^ 1 << UInt8(bit % 8)], to: directory.dataFile, at: offset)
            let finding = DataFile.inspect(directory.dataFile)
            if case .metaPagesDisagree = finding {} else { Issue.record("bit \(bit): \(finding)") }
            // What was committed last is what is saved first.
            let saved = try DamagedDataFile(directory.dataFile).metaPages
            #expect(saved.first?.mainRoot == newer.mainRoot, "bit \(bit)")
            FileSurgery.write([byte], to: directory.dataFile, at: offset)
        }
        #expect(DataFile.inspect(directory.dataFile) == .sound(newer))
    }

    @Test func `fit each other after any number of commits, and in every copy`() throws {
        let store = try Store()
        for key in 0..<200 as Range<UInt64> {
            try store.put(key)
            if key.isMultiple(of: 3) { try store.environment.write { try $0.delete(store.rows, key: key) } }
            #expect(DataFile.inspect(store.directory.dataFile).isSound)
            guard key.isMultiple(of: 20) else { continue }
            for compacting in [false, true] {
                let copy = TemporaryDirectory()
                try store.environment.copy(to: copy.path, compacting: compacting)
                #expect(DataFile.inspect(copy.dataFile).isSound)
                let opened = try Store(copy)
                for more in 1_000..<1_005 as Range<UInt64> {
                    try opened.put(more)
                    #expect(DataFile.inspect(copy.dataFile).isSound)
                }
            }
        }
    }

    @Test func `fit each other in a file that nobody has written to yet`() throws {
        let directory = TemporaryDirectory()
        let environment = try LMDBEnvironment(
            at: directory.path, databases: [],
            options: .forTests { $0.createDatabases = false })
        environment.close()
        guard case .sound(let page) = DataFile.inspect(directory.dataFile) else {
            Issue.record("\(DataFile.inspect(directory.dataFile))")
            return
        }
        #expect(page.transactionID == 0)
    }
}

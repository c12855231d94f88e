@testable import DaybookLMDB
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `A data file is refused` {
    /// A folder with a closed database of some hundred pages.
    private static func written(rows: Int = 500) throws -> TemporaryDirectory {
        let directory = TemporaryDirectory()
        let store = try Store(directory)
        try store.fill(rows)
        store.environment.close()
        return directory
    }

    /// Bytes before what a meta page says.
    private static let header = LinkedLibrary.readsLMDB10 ? 24 : 16

    private static func finding(_ directory: TemporaryDirectory) -> DataFileFinding? {
        let error = lmdbError { _ = try Store(directory) }
        guard error?.isFileRefused == true else { return nil }
        return error?.finding
    }

    @Test func `when it is empty`() throws {
        let directory = TemporaryDirectory()
        FileSurgery.write([], to: directory.dataFile)
        #expect(Self.finding(directory) == .empty)
        #expect(FileSurgery.size(directory.dataFile) == 0)
    }

    @Test func `when it was emptied`() throws {
        let directory = try Self.written()
        FileSurgery.cut(directory.dataFile, to: 0)
        #expect(Self.finding(directory) == .empty)
        #expect(FileSurgery.size(directory.dataFile) == 0)
    }

    @Test func `unless an empty one was declared welcome`() throws {
        let directory = TemporaryDirectory()
        FileSurgery.write([], to: directory.dataFile)
        let store = try Store(directory, .forTests { $0.acceptEmptyFile = true })
        try store.put(1)
    }

    @Test func `when it is something else`() throws {
        let directory = TemporaryDirectory()
        FileSurgery.write([UInt8]("name,amount\n".utf8) + [UInt8](repeating: 65, count: 20_000), to: directory.dataFile)
        #expect(Self.finding(directory) == .notADataFile)
    }

    @Test func `when it is too short to be anything`() throws {
        let directory = TemporaryDirectory()
        FileSurgery.write([1, 2, 3], to: directory.dataFile)
        #expect(Self.finding(directory) == .notADataFile)
    }

    @Test func `when it is a folder`() throws {
        let directory = TemporaryDirectory()
        _ = directory.subdirectory("data.mdb")
        #expect(Self.finding(directory) == .unreadable(errno: EISDIR))
    }

    @Test(arguments: [0, 1])
    func `when a meta page is zeroed`(page: Int) throws {
        let directory = try Self.written()
        FileSurgery.write([UInt8](repeating: 0, count: 4_096), to: directory.dataFile, at: page * 4_096)
        guard case .metaPageDamaged(page, let intact) = Self.finding(directory) else {
            Issue.record("found \(String(describing: Self.finding(directory)))")
            return
        }
        #expect(intact.pageSizeBytes == 4_096)
    }

    @Test func `when both meta pages are zeroed`() throws {
        let directory = try Self.written()
        FileSurgery.write([UInt8](repeating: 0, count: 8_192), to: directory.dataFile)
        #expect(Self.finding(directory) == .notADataFile)
    }

    @Test(.disabled(if: LinkedLibrary.readsLMDB10))
    func `when its data version is unknown`() throws {
        let directory = try Self.written()
        for page in [0, 4_096] { FileSurgery.write([9, 0, 0, 0], to: directory.dataFile, at: page + Self.header + 4) }
        #expect(Self.finding(directory) == .foreign(.unknown(dataVersion: 9)))
    }

    @Test(.disabled(if: LinkedLibrary.readsLMDB10))
    func `when LMDB 1 wrote it`() throws {
        let directory = TemporaryDirectory()
        let page = MetaPageBytes.make(header: 24, dataVersion: 2)
        FileSurgery.write(page + page, to: directory.dataFile)
        #expect(Self.finding(directory) == .foreign(.lmdb10(dataVersion: 2)))
    }

    @Test(.enabled(if: LinkedLibrary.readsLMDB10))
    func `when LMDB 0 wrote it`() throws {
        let directory = TemporaryDirectory()
        let page = MetaPageBytes.make(header: 16, dataVersion: 1)
        FileSurgery.write(page + page, to: directory.dataFile)
        #expect(Self.finding(directory) == .foreign(.lmdb09))
    }

    @Test func `when a machine of the other byte order wrote it`() throws {
        let directory = try Self.written()
        let magic = FileSurgery.read(directory.dataFile)[Self.header..<Self.header + 4]
        FileSurgery.write(magic.reversed(), to: directory.dataFile, at: Self.header)
        #expect(Self.finding(directory) == .foreign(.otherByteOrder))
    }

    @Test(.disabled(if: LinkedLibrary.readsLMDB10))
    func `when a 32-bit program wrote it`() throws {
        let directory = try Self.written()
        let magic = [UInt8](FileSurgery.read(directory.dataFile)[16..<20])
        FileSurgery.write(magic + [0, 0, 0, 0], to: directory.dataFile, at: 12)
        #expect(Self.finding(directory) == .foreign(.otherWordSize))
    }

    @Test func `when it lost its tail`() throws {
        let directory = try Self.written()
        let fileBytes = FileSurgery.size(directory.dataFile)
        FileSurgery.cut(directory.dataFile, to: fileBytes - 1)
        guard case .truncated(let needed, let found, _) = Self.finding(directory) else {
            Issue.record("found \(String(describing: Self.finding(directory)))")
            return
        }
        #expect(needed == UInt64(fileBytes))
        #expect(found == UInt64(fileBytes - 1))
    }

    @Test func `when it loses its tail while open`() throws {
        let store = try Store()
        try store.fill(500)
        try store.environment.checkSize()
        FileSurgery.cut(store.directory.dataFile, to: 100 << 10)
        let error = lmdbError { try store.environment.checkSize() }
        #expect(error?.isFileRefused == true)
    }

    @Test func `with a sentence that says what to do`() throws {
        let directory = try Self.written()
        FileSurgery.cut(directory.dataFile, to: 100 << 10)
        let error = try #require(lmdbError { _ = try Store(directory) })
        #expect(error.description.contains("is cut off"))
        #expect(error.description.contains("Restore it from a backup"))
    }
}

@Suite struct `A data file that is shorter than it says` {
    /// Pages taken and given back within one transaction are counted and never written.
    private static func short() throws -> TemporaryDirectory {
        let directory = TemporaryDirectory()
        let store = try Store(directory)
        try store.fill(200)
        for _ in 0..<3 {
            try store.environment.write { transaction in
                try transaction.put(store.rows, key: 1_000 as UInt64, [UInt8](repeating: 1, count: 2 << 20))
                try transaction.delete(store.rows, key: 1_000 as UInt64)
                try transaction.put(store.rows, key: 1_001 as UInt64, [1] as [UInt8])
            }
        }
        let info = try store.environment.info()
        try #require(info.fileSizeBytes < info.usedBytes)
        store.environment.close()
        return directory
    }

    @Test func `is sound if what is not there is free`() throws {
        let directory = try Self.short()
        #expect(DataFile.inspect(directory.dataFile).isSound)
        let store = try Store(directory)
        #expect(try store.count() == 201)
        try store.environment.checkSize()
    }

    /// No cut may be called sound unless everything can then be read: a wrong answer here ends the process with SIGBUS.
    @Test func `is refused as soon as a page in use is gone`() throws {
        let original = try Self.short()
        let bytes = FileSurgery.read(original.dataFile)
        var refused = 0
        for pages in 2..<bytes.count / 4_096 {
            let directory = TemporaryDirectory()
            FileSurgery.write([UInt8](bytes[0..<pages * 4_096]), to: directory.dataFile)
            guard DataFile.inspect(directory.dataFile).isSound else {
                refused += 1
                continue
            }
            let store = try Store(directory)
            #expect(try store.readEverything() == 201)
        }
        #expect(refused > 50)
    }

    @Test func `is refused if its free list cannot be read`() throws {
        let directory = try Self.short()
        guard case .sound(let meta) = DataFile.inspect(directory.dataFile) else {
            Issue.record("not sound")
            return
        }
        let root = Int(meta.freeListRoot) * meta.pageSizeBytes
        for garbage: UInt8 in [0x00, 0xFF, 0x01] {
            let page = [UInt8](repeating: garbage, count: meta.pageSizeBytes)
            FileSurgery.write(page, to: directory.dataFile, at: root)
            #expect(!DataFile.inspect(directory.dataFile).isSound)
        }
    }

    /// The free list as we read it against the free list as LMDB reads it, with rows on overflow pages and a tree
    /// of two levels.
    @Test func `is judged by the free list that LMDB sees`() throws {
        let store = try Store()
        try store.fill(6_000)
        try store.environment.read { _ in
            try store.environment.write { transaction in
                for key in 0..<5_000 as Range<UInt64> { try transaction.delete(store.rows, key: key) }
            }
            for key in 6_000..<6_200 as Range<UInt64> { try store.put(key) }
        }
        let (pages, depth) = try store.freePages()
        try #require(depth == 2)
        guard case .sound(let meta) = DataFile.inspect(store.directory.dataFile) else {
            Issue.record("not sound")
            return
        }
        try store.environment.withDataFileDescriptor { descriptor in
            let freeList = FreeList(file: DataFile(descriptor: descriptor), meta: meta)
            var isTailFree = true
            for page in (2...meta.lastPage).reversed() {
                isTailFree = isTailFree && pages.contains(page)
                let covers = try freeList.covers(firstMissingPage: page)
                #expect(covers == isTailFree)
                if !isTailFree { break }
            }
            let listed = try freeList.freePages(in: 0...meta.lastPage)
            #expect(listed == pages)
        }
    }

    @Test func `is not believed to be cut before two looks agree`() throws {
        let directory = try Self.short()
        guard case .sound(let meta) = DataFile.inspect(directory.dataFile) else {
            Issue.record("not sound")
            return
        }
        func cut(_ bytes: UInt64) -> DataFileFinding { .truncated(neededBytes: 9, fileBytes: bytes, meta) }
        func settled(_ looks: [DataFileFinding]) -> DataFileFinding {
            var rest = looks[...]
            return DataFile.settled { rest.popFirst() ?? .empty }
        }
        #expect(settled([cut(1), .sound(meta)]) == .sound(meta))
        #expect(settled([cut(1), cut(2), .sound(meta)]) == .sound(meta))
        #expect(settled([cut(1), cut(2), cut(2)]) == cut(2))
        #expect(settled([.metaPagesDisagree(4, 7), .metaPagesDisagree(8, 7), .sound(meta)]) == .sound(meta))
    }

    @Test func `never seems cut while others write it`() throws {
        let directory = try Self.short()
        let store = try Store(directory)
        let isDone = Flag()
        let findings = Collected<DataFileFinding>()
        let writer = OtherThread {
            for round in 0..<500 as Range<UInt64> {
                try? store.environment.write { transaction in
                    try transaction.put(store.rows, key: 2_000 + round, [UInt8](repeating: 1, count: 100 << 10))
                    try transaction.delete(store.rows, key: 2_000 + round)
                    try transaction.put(store.rows, key: round, [UInt8](repeating: 2, count: 900))
                }
            }
            isDone.raise()
        }
        while !isDone.isRaised {
            let finding = DataFile.inspect(directory.dataFile)
            if !finding.isSound { findings.add(finding) }
        }
        writer.join()
        #expect(findings.all == [])
    }
}

extension Store {
    /// All free pages, and the depth of the tree that lists them.
    func freePages() throws -> (pages: Set<UInt64>, depth: Int) {
        try environment.read { transaction in
            let freeList = Database(identifier: 0, of: transaction.handle)
            var cursor = try transaction.cursor(freeList)
            var pages: Set<UInt64> = []
            while try cursor.next() {
                let value = cursor.value
                for index in 1..<value.byteCount / 8 where index <= value.unsafeLoad(as: Int.self) {
                    pages.insert(value.unsafeLoad(fromByteOffset: index * 8, as: UInt64.self))
                }
            }
            return (pages, try transaction.statistics(freeList).depth)
        }
    }

    /// Touches every byte of every row.
    func readEverything() throws -> Int {
        var rows = 0
        var sum = 0
        try environment.read { transaction in
            try transaction.forEach(TypedDatabase<UInt64, [UInt8]>(self.rows)) { _, value in
                rows += 1
                sum += value.reduce(0) { $0 + Int($1) }
                return true
            }
        }
        return sum > 0 ? rows : 0
    }
}

/// Meta pages that this machine's LMDB would not write.
enum MetaPageBytes {
    static func make(header: Int, dataVersion: UInt32) -> [UInt8] {
        var page = [UInt8](repeating: 0, count: 4_096)
        func put(_ number: some FixedWidthInteger, at offset: Int) {
            withUnsafeBytes(of: number) { page.replaceSubrange(offset..<offset + $0.count, with: $0) }
        }
        put(0x08 as UInt16, at: header - 6)
        put(MetaPage.magic, at: header)
        put(dataVersion, at: header + 4)
        put(4_096 as UInt32, at: header + 24)
        put(1 as UInt64, at: header + 120)
        return page
    }
}

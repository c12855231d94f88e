@testable import DaybookLMDB
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Environments` {
    @Test func `what was written is there after reopening`() throws {
        let store = try Store()
        try store.put(1, [42])
        store.environment.close()
        #expect(try Store(store.directory).get(1) == [42])
    }

    @Test func `a second opening in the same process is refused, whatever the path`() throws {
        let store = try Store()
        let link = store.directory.path + "/link"
        symlink(store.directory.path, link)
        for path in [store.directory.path, store.directory.path + "/.", link] {
            let error = lmdbError { _ = try LMDBEnvironment(at: path, databases: []) }
            #expect(error?.isAlreadyOpen == true)
        }
        try store.put(1)
    }

    @Test func `a second opening is refused even after the data file was moved away`() throws {
        let store = try Store()
        rename(store.directory.dataFile, store.directory.dataFile + ".away")
        let error = lmdbError { _ = try LMDBEnvironment(at: store.directory.path, databases: []) }
        #expect(error?.isAlreadyOpen == true)
    }

    @Test func `of two threads that open the same new folder one is refused`() throws {
        for _ in 0..<20 {
            let directory = TemporaryDirectory()
            let environments = Collected<LMDBEnvironment>()
            let errors = Collected<LMDBError>()
            let threads = (0..<2).map { _ in
                OtherThread {
                    do throws(LMDBError) {
                        environments.add(try LMDBEnvironment(at: directory.path, databases: [], options: .forTests))
                    } catch { errors.add(error) }
                }
            }
            for thread in threads { thread.join() }
            #expect(environments.all.count == 1)
            #expect(errors.all.map(\.isAlreadyOpen) == [true])
        }
    }

    @Test func `letting go of an environment closes it`() throws {
        let directory = TemporaryDirectory()
        _ = try Store(directory)
        _ = try Store(directory)
    }

    @Test func `a failed opening can be tried again`() throws {
        let directory = TemporaryDirectory()
        let options = EnvironmentOptions.forTests { $0.databasesMax = 1 }
        let error = lmdbError {
            _ = try LMDBEnvironment(at: directory.path, databases: ["a", "b"], options: options)
        }
        #expect(error?.operation == .open)
        _ = try Store(directory)
    }

    @Test func `an opening that met another is tried again`() throws {
        var tries = 0
        let answer = try OpeningRace.outlast { () throws(LMDBError) in
            tries += 1
            if tries < 3 { throw LMDBError(code: EAGAIN, operation: .open) }
            return "open"
        }
        #expect(answer == "open")
        #expect(tries == 3)
    }

    @Test func `an opening that cannot succeed is not tried again`() throws {
        var tries = 0
        let error = lmdbError {
            try OpeningRace.outlast { () throws(LMDBError) in
                tries += 1
                throw LMDBError(code: EACCES, operation: .open)
            }
        }
        #expect(error?.code == EACCES)
        #expect(tries == 1)
    }

    /// Another process has made `lock.mdb` and an empty `data.mdb` and is about to fill it.
    @Test func `an opening waits for a process that is creating the database`() throws {
        let original = TemporaryDirectory()
        do { try Store(original).put(1, [7]) }
        let directory = TemporaryDirectory()
        FileSurgery.write([], to: directory.dataFile)
        FileSurgery.write([], to: directory.lockFile)
        let isOpening = Flag()
        let values = Collected<[UInt8]?>()
        let opener = OtherThread {
            isOpening.raise()
            values.add(try? Store(directory).get(1))
        }
        #expect(eventually { isOpening.isRaised })
        FileSurgery.write(FileSurgery.read(original.dataFile), to: directory.dataFile)
        opener.join()
        #expect(values.all == [[7]])
    }

    @Test func `a closed environment refuses reading and writing`() throws {
        let store = try Store()
        store.environment.close()
        store.environment.close()
        #expect(lmdbError { _ = try store.count() }?.isEnvironmentClosed == true)
        #expect(lmdbError { try store.put(1) }?.isEnvironmentClosed == true)
        #expect(lmdbError { _ = try store.environment.reapDeadReaders() }?.isEnvironmentClosed == true)
        #expect(lmdbError { try store.environment.checkSize() }?.isEnvironmentClosed == true)
        #expect(lmdbError { _ = try store.environment.readers() }?.isEnvironmentClosed == true)
        #expect(lmdbError { try store.environment.withDataFileDescriptor { _ in } }?.isEnvironmentClosed == true)
        #expect(lmdbError { _ = try store.environment.scan { _ in } }?.isEnvironmentClosed == true)
    }

    @Test func `closing waits for a reader`() throws {
        let store = try Store()
        try store.put(1)
        let isReading = Flag()
        let mayEnd = Flag()
        let count = Collected<Int>()
        let reader = OtherThread {
            try? store.environment.read { transaction in
                isReading.raise()
                guard eventually({ mayEnd.isRaised }) else { return }
                count.add(try transaction.count(store.rows))
            }
        }
        #expect(eventually { isReading.isRaised })
        let closer = OtherThread { store.environment.close() }
        #expect(eventually { lmdbError { _ = try store.count() }?.isEnvironmentClosed == true })
        mayEnd.raise()
        reader.join()
        closer.join()
        #expect(count.all == [1])
        _ = try Store(store.directory)
    }

    @Test func `closing inside a transaction does not wait for itself`() throws {
        let directory = TemporaryDirectory()
        do {
            let store = try Store(directory)
            try store.environment.write { transaction in
                store.environment.close()
                try transaction.put(store.rows, key: 1 as UInt64, [1] as [UInt8])
            }
        }
        #expect(try Store(directory).count() == 1)
    }

    @Test func `children do not inherit the data file`() throws {
        let store = try Store()
        let flags = try store.environment.withDataFileDescriptor { fcntl($0, F_GETFD) }
        #expect(flags & FD_CLOEXEC != 0)
    }

    @Test func `files are for their owner only`() throws {
        let store = try Store()
        for path in [store.directory.dataFile, store.directory.lockFile] {
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
    }

    @Test func `a durable environment has no flag that loses commits`() throws {
        let store = try Store(TemporaryDirectory(), EnvironmentOptions())
        #expect(try store.environment.info().flags == ["NOTLS"])
    }

    @Test func `a scratch environment never flushes, and is not mapped for writing`() throws {
        let store = try Store(TemporaryDirectory(), .forTests)
        #expect(try store.environment.info().flags == ["NOSYNC", "NOMETASYNC", "NOTLS"])
    }

    @Test func `a missing file is not created when that was forbidden`() throws {
        let directory = TemporaryDirectory()
        let options = EnvironmentOptions.forTests { $0.createIfMissing = false }
        let error = lmdbError { _ = try LMDBEnvironment(at: directory.path, databases: [], options: options) }
        #expect(error?.isFileMissing == true)
        #expect(FileSurgery.size(directory.dataFile) == -1)
    }

    @Test func `missing databases are not made when that was forbidden`() throws {
        let store = try Store()
        try store.put(1)
        store.environment.close()
        let options = EnvironmentOptions.forTests { $0.createDatabases = false }
        let reopened = try LMDBEnvironment(
            at: store.directory.path, databases: ["rows", "other"], options: options)
        #expect(reopened.database("rows") != nil)
        #expect(reopened.database("other") == nil)
    }

    @Test func `what is used ends behind the last page that a commit took`() throws {
        let store = try Store()
        let before = try store.environment.usedBytes()
        try store.fill(100)
        let after = try store.environment.usedBytes()
        #expect(after >= before + 100 * 1_000)
        #expect(try after == store.environment.info().usedBytes)
    }

    @Test func `a missing folder is reported as such`() throws {
        let error = lmdbError { _ = try LMDBEnvironment(at: "/nonexistent/daybook", databases: []) }
        #expect(error?.code == ENOENT)
        #expect(error?.description.contains("the folder is missing") == true)
    }
}

@Suite struct `Environments opened for reading` {
    private static let readOnly = EnvironmentOptions.forTests { $0.access = .readOnly }

    @Test func `read what is there and lack what is not`() throws {
        let directory = TemporaryDirectory()
        do {
            let store = try Store(directory)
            try store.put(1)
        }
        let environment = try LMDBEnvironment(at: directory.path, databases: ["rows", "other"], options: Self.readOnly)
        let rows = try #require(environment.database("rows"))
        #expect(environment.database("other") == nil)
        #expect(try environment.read { try $0.count(rows) } == 1)
        #expect(lmdbError { try environment.write { _ in } }?.isReadOnly == true)
        #expect(try environment.info().flags.contains("RDONLY"))
    }

    @Test func `create nothing`() throws {
        let directory = TemporaryDirectory()
        let error = lmdbError { _ = try LMDBEnvironment(at: directory.path, databases: [], options: Self.readOnly) }
        #expect(error?.isFileMissing == true)
    }

    @Test func `take a lock wherever something could write`() throws {
        let directory = TemporaryDirectory()
        do { _ = try Store(directory) }
        let options = EnvironmentOptions.forTests { $0.access = .readOnlyWithoutLock }
        let error = lmdbError { _ = try LMDBEnvironment(at: directory.path, databases: [], options: options) }
        #expect(error?.description.contains("file system is writable") == true)
    }
}

import DaybookLMDB
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `A folder is refused` {
    @Test func `when it is missing`() throws {
        try withStorePath { path in
            expectRefusal(path, .unusable, "no folder", "daybook init")
            expectRefusal(path, .unusable, "no folder", access: .readOnly)
            #expect(!exists(path))
        }
    }

    @Test func `when the folder above it is missing`() throws {
        try withStorePath { path in
            expectRefusal("\(path)/store", .unusable, access: .readWrite(createIfMissing: true))
        }
    }

    @Test func `when it is a file`() throws {
        try withStorePath { path in
            try write([1], to: path)
            expectRefusal(path, .unusable, "not a folder")
            expectRefusal(path, .unusable, "not a folder", access: .readWrite(createIfMissing: true))
        }
    }

    @Test func `when there is no store in it and none is to be made`() throws {
        try withTemporaryFolder { path in
            expectRefusal(path, .unusable, "no store", "daybook init")
            expectRefusal(path, .unusable, "no store", access: .readOnly)
            let entries = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(entries.isEmpty)
        }
    }

    @Test(arguments: ["data.mdb", "lock.mdb", "identity", "wake", "processes"])
    func `when a link stands where a file should`(_ name: String) throws {
        try withStore { path in
            if !exists("\(path)/\(name)") { try write([], to: "\(path)/\(name)") }
            try #require(rename("\(path)/\(name)", "\(path)/elsewhere") == 0)
            try #require(symlink("\(path)/elsewhere", "\(path)/\(name)") == 0)
            expectRefusal(path, .unusable, name, "symbolic link")
            expectRefusal(path, .unusable, name, "symbolic link", access: .readOnly)
        }
    }

    @Test func `when a link was laid where the store is to be made`() throws {
        try withTemporaryFolder { path in
            try #require(symlink("/etc/hostname", "\(path)/identity.new") == 0)
            expectRefusal(path, .unusable, "symbolic link", access: .readWrite(createIfMissing: true))
        }
    }

    @Test func `when something else stands where a file should`() throws {
        try withStore { path in
            try #require(unlink("\(path)/identity") == 0)
            try #require(mkfifo("\(path)/identity", 0o600) == 0)
            expectRefusal(path, .unusable, "not a file")
        }
    }

    @Test(arguments: [0o770, 0o707] as [mode_t])
    func `when others may write in it`(_ mode: mode_t) throws {
        try withStore { path in
            try #require(chmod(path, mode) == 0)
            expectRefusal(path, .unusable, "other users", "chmod go-w")
            expectRefusal(path, .unusable, "other users", access: .readOnly)
        }
    }

    @Test func `when others may write in it before there is a store`() throws {
        try withTemporaryFolder { path in
            try #require(chmod(path, 0o777) == 0)
            expectRefusal(path, .unusable, "other users", access: .readWrite(createIfMissing: true))
        }
    }

    @Test(arguments: ["data.mdb", "lock.mdb", "identity", "processes"])
    func `when others may write one of its files`(_ name: String) throws {
        try withStore { path in
            try #require(chmod("\(path)/\(name)", 0o722) == 0)
            expectRefusal(path, .unusable, name, "other users")
        }
    }

    @Test func `when it belongs to somebody else`() throws {
        try withStore { path in
            let options = try StoreFolder.Options.forTests { $0.effectiveUser = geteuid() + 1 }
            expectRefusal(path, .unusable, "belongs to user \(geteuid())", options: options)
        }
    }

    @Test(.enabled(if: isRoot), arguments: ["data.mdb", "identity"])
    func `when one of its files belongs to somebody else`(_ name: String) throws {
        try withStore { path in
            try #require(chown("\(path)/\(name)", 65_534, 65_534) == 0)
            expectRefusal(path, .unusable, name, "belongs to user 65534")
        }
    }

    @Test(.enabled(if: isRoot))
    func `but not to root, who gives what it makes to the owner`() throws {
        try withStore { path in
            let files = ["data.mdb", "lock.mdb", "identity", "wake", "processes"]
            for name in files { try #require(chown("\(path)/\(name)", 65_534, 65_534) == 0) }
            try #require(chown(path, 65_534, 65_534) == 0)
            try #require(unlink("\(path)/wake") == 0)
            try #require(unlink("\(path)/lock.mdb") == 0)
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let presence = try #require(store.presence)
            for name in files + ["processes/\(presence.name)"] { #expect(try owner("\(path)/\(name)") == 65_534) }
        }
    }

    @Test func `when it lies on a network file system`() throws {
        try withStore { path in
            let options = try StoreFolder.Options.forTests { $0.fileSystem = { _ in .network(name: "nfs") } }
            expectRefusal(path, .unusable, "network file system (nfs)", options: options)
            expectRefusal(path, .unusable, "network", access: .readOnly, options: options)
        }
    }

    @Test func `when this process has it open already`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            expectRefusal(path, .unusable, "open already")
            expectRefusal(path, .unusable, "open already", access: .readOnly)
            // The refused opening has not cost the first one anything.
            #expect(try store.storage.read { try $0.last } == 1)
            store.close()
            try StoreFolder.opened(path).close()
        }
    }

    @Test func `when another process is opening it for too long`() throws {
        try withStore { path in
            let descriptor = open(path, O_RDONLY | O_DIRECTORY)
            defer { close(descriptor) }
            try #require(flock(descriptor, LOCK_EX) == 0)
            let options = StoreFolder.Options.forTests { $0.patienceMilliseconds = 20 }
            expectRefusal(path, .unusable, "being opened or closed by pid \(getpid())", options: options)
        }
    }

    @Test func `when too few descriptors are left, at whatever point that shows`() async throws {
        await #expect(processExitsWith: .success) {
            try withStore { path in
                var opened = 0
                for limit in rlim_t(3)...32 {
                    let error = try openWithDescriptors(limit, path)
                    if let error { try #require(error.description.contains("ulimit -n"), "\(limit): \(error)") }
                    opened += error == nil ? 1 : 0
                }
                try #require(opened > 0)
                try #require(opened < 30)
            }
        }
    }

    @Test func `when there is no permission`() async throws {
        await #expect(processExitsWith: .success) {
            try withStore { path in
                if isRoot {
                    try #require(chmod(path + "/..", 0o755) == 0)
                    try #require(chown(path, 65_534, 65_534) == 0)
                    try #require(seteuid(65_534) == 0)
                }
                try #require(chmod(path, 0) == 0)
                defer { seteuid(0) }
                let error = try #require(openingError(path))
                try #require(error.code == .unusable && error.description.contains("no permission"), "\(error)")
            }
        }
    }
}

private func openWithDescriptors(_ count: rlim_t, _ path: String) throws -> LogError? {
    var old = rlimit()
    try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &old) == 0)
    var limit = rlimit(rlim_cur: count, rlim_max: old.rlim_max)
    try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    defer { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &old) }
    return openingError(path)
}

private func openingError(_ path: String) -> LogError? {
    do throws(LogError) {
        try StoreFolder.opened(path).close()
        return nil
    } catch {
        return error
    }
}

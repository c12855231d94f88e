import CDaybookPlatform
import Foundation
import Testing

@Suite struct FileTests {
    @Test func `allocating ahead takes space and leaves the size`() throws {
        try withTemporaryFile { descriptor, _ in
            let result = daybook_preallocate(descriptor, 0, 1 << 20)
            if result == EOPNOTSUPP { return }  // this temporary folder's file system cannot
            #expect(result == 0)
            var status = stat()
            #expect(fstat(descriptor, &status) == 0)
            #expect(status.st_size == 0)
            #expect(Int(status.st_blocks) * 512 >= 1 << 20)
        }
    }

    @Test func `space that is not there is refused`() throws {
        try withTemporaryFile { descriptor, _ in
            let result = daybook_preallocate(descriptor, 0, 1 << 52)
            #expect([ENOSPC, EFBIG, EOPNOTSUPP].contains(result), "errno \(result)")
        }
    }

    @Test func `a descriptor that is not open is refused`() {
        var holder: pid_t = 0
        var isHeld: Int32 = 0
        #expect(daybook_preallocate(-1, 0, 1) == EBADF)
        #expect(daybook_record_lock_try(-1) == EBADF)
        #expect(daybook_record_lock_holder(-1, &holder, &isHeld) == EBADF)
    }

    #if os(Linux)
        @Test func `memory is a local file system`() throws {
            var found = daybook_file_system()
            #expect(daybook_file_system_of("/dev/shm", &found) == 0)
            #expect(found.text == "tmpfs")
            #expect(found.place == DAYBOOK_FILE_SYSTEM_LOCAL.rawValue)
        }

        @Test func `a file system that is not in the list is unknown and named by its number`() throws {
            var found = daybook_file_system()
            #expect(daybook_file_system_of("/proc", &found) == 0)
            #expect(found.text == "0x00009fa0")
            #expect(found.place == DAYBOOK_FILE_SYSTEM_UNKNOWN.rawValue)
        }
    #endif

    @Test func `a path that is not there has no file system`() {
        var found = daybook_file_system()
        #expect(daybook_file_system_of("/nowhere/at/all", &found) == ENOENT)
    }

    static let numbers: [(number: UInt32, name: String, place: daybook_file_system_place)] = [
        (0xEF53, "ext4", DAYBOOK_FILE_SYSTEM_LOCAL),
        (0x5846_5342, "xfs", DAYBOOK_FILE_SYSTEM_LOCAL),
        (0x9123_683E, "btrfs", DAYBOOK_FILE_SYSTEM_LOCAL),
        (0x794C_7630, "overlay", DAYBOOK_FILE_SYSTEM_LOCAL),
        (0x6969, "nfs", DAYBOOK_FILE_SYSTEM_NETWORK),
        (0xFF53_4D42, "cifs", DAYBOOK_FILE_SYSTEM_NETWORK),
        (0xFE53_4D42, "smb2", DAYBOOK_FILE_SYSTEM_NETWORK),
        (0x0102_1997, "9p", DAYBOOK_FILE_SYSTEM_NETWORK),
        (0x00C3_6400, "ceph", DAYBOOK_FILE_SYSTEM_NETWORK),
        (0x5346_414F, "afs", DAYBOOK_FILE_SYSTEM_NETWORK),
        (0x0116_1970, "gfs2", DAYBOOK_FILE_SYSTEM_NETWORK),
        (0x1234_5678, "0x12345678", DAYBOOK_FILE_SYSTEM_UNKNOWN),
    ]

    @Test(arguments: numbers)
    func `file systems are known by number`(number: UInt32, name: String, place: daybook_file_system_place) {
        var found = daybook_file_system()
        daybook_file_system_by_number(number, &found)
        #expect(found.text == name)
        #expect(found.place == Int32(place.rawValue))
    }

    @Test(arguments: [
        ("fuse.sshfs", DAYBOOK_FILE_SYSTEM_NETWORK), ("fuseblk", DAYBOOK_FILE_SYSTEM_LOCAL),
        ("fuse.something-new", DAYBOOK_FILE_SYSTEM_UNKNOWN),
    ])
    func `file systems in user space are known by type`(type: String, place: daybook_file_system_place) {
        var found = daybook_file_system()
        daybook_file_system_by_type(type, &found)
        #expect(found.text == type)
        #expect(found.place == Int32(place.rawValue))
    }
}

extension daybook_file_system {
    /// The name as Swift has it.
    var text: String {
        withUnsafeBytes(of: name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

internal import CDaybookPlatform
package import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What a store asks of the machine around it. Values, so that a test can put a process into another container.
package struct HostFacts: Sendable {
    package var processID: Int32
    package var effectiveUser: UInt32
    /// Pids, and so the locks and tables that name them, mean something within one namespace only; 0 where there are
    /// none.
    package var pidNamespace: UInt64
    /// The monotonic clock may differ between two of these.
    package var timeNamespace: UInt64
    /// 16 bytes that tell this boot of the kernel from any other; zeros where nothing does.
    package var boot: [UInt8]
    package var host: String
    package var user: String
    package var fileSystem: @Sendable (_ path: String) -> FileSystemKind
    package var now: @Sendable () -> Instant
    package var randomBytes: @Sendable (_ count: Int) throws(LogError) -> [UInt8]

    /// A place of the caller's making.
    package init(
        processID: Int32, effectiveUser: UInt32, pidNamespace: UInt64, timeNamespace: UInt64, boot: [UInt8],
        host: String, user: String, fileSystem: @escaping @Sendable (_ path: String) -> FileSystemKind,
        now: @escaping @Sendable () -> Instant,
        randomBytes: @escaping @Sendable (_ count: Int) throws(LogError) -> [UInt8]
    ) {
        self.processID = processID
        self.effectiveUser = effectiveUser
        self.pidNamespace = pidNamespace
        self.timeNamespace = timeNamespace
        self.boot = boot
        self.host = host
        self.user = user
        self.fileSystem = fileSystem
        self.now = now
        self.randomBytes = randomBytes
    }

    /// The place this process really is in.
    package static func real() throws(LogError) -> HostFacts {
        var boot = [UInt8](repeating: 0, count: 16)
        let code = daybook_boot_identity(&boot)
        guard code == 0 || code == ENOTSUP else { throw LogError(errno: code, doing: "read the kernel's boot id") }
        return HostFacts(
            processID: getpid(), effectiveUser: geteuid(),
            pidNamespace: try namespace(daybook_pid_namespace), timeNamespace: try namespace(daybook_time_namespace),
            boot: boot, host: hostName(), user: userName(), fileSystem: FileSystemKind.of,
            now: { Instant(microseconds: daybook_wall_microseconds()) }, randomBytes: secureRandomBytes)
    }

    private static func namespace(
        _ number: (UnsafeMutablePointer<UInt64>?) -> Int32
    ) throws(LogError) -> UInt64 {
        var found: UInt64 = 0
        let code = number(&found)
        guard code == 0 else { throw LogError(errno: code, doing: "look up the namespace of this process") }
        return found
    }

    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    /// The name of the effective user, or its number where it has none.
    private static func userName() -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        let code = getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &found)
        guard code == 0, let found, let name = found.pointee.pw_name else { return String(geteuid()) }
        return String(cString: name)
    }
}

@Sendable private func secureRandomBytes(_ count: Int) throws(LogError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let code = daybook_random_bytes(&bytes, count)
    guard code == 0 else { throw LogError(errno: code, doing: "get random bytes") }
    return bytes
}

/// Where a file system keeps its data, as far as that is known.
package enum FileSystemKind: Equatable, Sendable {
    case local(name: String)
    case network(name: String)
    case unknown(name: String)

    @Sendable static func of(_ path: String) -> FileSystemKind {
        var found = daybook_file_system()
        guard daybook_file_system_of(path, &found) == 0 else { return .unknown(name: "unknown") }
        let name = withUnsafeBytes(of: found.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        switch UInt32(found.place) {
        case DAYBOOK_FILE_SYSTEM_LOCAL.rawValue: return .local(name: name)
        case DAYBOOK_FILE_SYSTEM_NETWORK.rawValue: return .network(name: name)
        default: return .unknown(name: name)
        }
    }
}

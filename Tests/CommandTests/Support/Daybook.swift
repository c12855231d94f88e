import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program under test, run as a process in a folder of its own.
struct Daybook {
    /// The temporary folder; the store lies in `store` inside it.
    let folder: String

    var store: String { folder + "/store" }

    /// Runs `body` with a temporary folder that is gone afterwards.
    static func inTemporaryFolder<R>(_ body: (Daybook) throws -> R) throws -> R {
        var template = bytes((getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp") + "/daybook-command-XXXXXX")
        try #require(mkdtemp(&template) != nil)
        let folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer { remove(folder) }
        return try body(Daybook(folder: folder))
    }

    @discardableResult
    func run(
        _ arguments: String..., input: String = "", environment: [String: String] = [:], output: Int32? = nil
    ) throws -> Ended {
        try start(arguments, environment: environment, output: output).finish(input: Array(input.utf8))
    }

    func run(raw arguments: [[CChar]]) throws -> Ended {
        try ChildProcess(Daybook.program(), arguments, environment: surroundings([:])).finish()
    }

    func start(_ arguments: [String], environment: [String: String] = [:], output: Int32? = nil) throws -> ChildProcess
    {
        try ChildProcess(
            Daybook.program(), arguments.map(bytes), environment: surroundings(environment), output: output)
    }

    private func surroundings(_ added: [String: String]) -> [String: String] {
        ["DAYBOOK_DATA": store, "PATH": "/usr/bin:/bin", "TMPDIR": folder].merging(added) { $1 }
    }

    /// The program lies beside the program that runs the tests.
    static func program() throws -> String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        try #require(count > 0)
        let runner = String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = try #require(runner.lastIndex(of: "/").map { runner[..<$0] })
        let program = folder + "/daybook"
        try #require(access(String(program), X_OK) == 0, "\(program) is missing; build it first")
        return String(program)
    }

    private static func remove(_ folder: String) {
        chmod(folder, 0o700)
        guard let stream = opendir(folder) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            let path = folder + "/" + name
            if unlink(path) != 0 { remove(path) }
        }
        closedir(stream)
        rmdir(folder)
    }

    func write(_ text: String, to name: String) throws -> String {
        let path = folder + "/" + name
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let written = Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        try #require(written == text.utf8.count)
        return path
    }
}

import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What must not compile, compiled. In each snippet the compiler must complain about exactly the lines marked `//
/// refused`: no fewer, and no others, so that a snippet that fails for another reason does not count.
@Suite(.enabled(if: Compiler.isThere)) struct `The compiler refuses` {
    @Test func `nothing in proper use`() throws {
        try Compiler.check(
            """
            func properUse(_ environment: LMDBEnvironment, _ rows: Database) throws -> Int {
                try environment.write { transaction in
                    try transaction.put(rows, key: 1 as UInt64, 2 as UInt64)
                    guard let span = try transaction.get(rows, key: 1 as UInt64) else { return 0 }
                    return span.byteCount
                }
            }
            """)
    }

    @Test func `to await inside a transaction`() throws {
        try Compiler.check(
            """
            func somethingSlow() async {}
            func write(_ environment: LMDBEnvironment, _ rows: Database) async throws {
                try environment.write { transaction in  // refused
                    await somethingSlow()
                    try transaction.delete(rows, key: 1 as UInt64)
                }
            }
            func read(_ environment: LMDBEnvironment, _ rows: Database) async throws {
                try environment.read { transaction in await somethingSlow() }  // refused
            }
            """)
    }

    @Test func `to write in a read`() throws {
        try Compiler.check(
            """
            func write(_ environment: LMDBEnvironment, _ rows: Database) throws {
                try environment.read { transaction in
                    try transaction.put(rows, key: 1 as UInt64, 2 as UInt64)  // refused
                }
            }
            """)
    }

    @Test func `to take a span or a cursor out`() throws {
        try Compiler.check(
            """
            func returnSpan(_ environment: LMDBEnvironment, _ rows: Database) throws {
                let span: RawSpan? = try environment.read { try $0.get(rows, key: 1 as UInt64) }  // refused
                _ = span
            }
            func returnCursor(_ environment: LMDBEnvironment, _ rows: Database) throws {
                let cursor: Cursor = try environment.read { try $0.cursor(rows) }  // refused
                _ = cursor
            }
            """)
    }

    @Test func `to keep a span in a variable outside`() throws {
        try Compiler.check(
            """
            func keepSpan(_ environment: LMDBEnvironment, _ rows: Database) throws {
                var kept: RawSpan?  // refused
                try environment.read { kept = try $0.get(rows, key: 1 as UInt64) }
                _ = kept
            }
            """)
    }

    @Test func `to keep a transaction`() throws {
        try Compiler.check(
            """
            func keep(_ environment: LMDBEnvironment, _ rows: Database) throws {
                try environment.write { transaction in  // refused
                    let kept = transaction
                    _ = kept
                }
            }
            """)
    }

    @Test func `to use a span, a cursor or its value after what moved the ground`() throws {
        try Compiler.check(
            """
            func useSpanAfterWrite(_ environment: LMDBEnvironment, _ rows: Database) throws {
                try environment.write { transaction in
                    guard let span = try transaction.get(rows, key: 1 as UInt64) else { return }
                    try transaction.delete(rows, key: 1 as UInt64)  // refused
                    print(span.byteCount)
                }
            }
            func useCursorAfterWrite(_ environment: LMDBEnvironment, _ rows: Database) throws {
                try environment.write { transaction in
                    var cursor = try transaction.cursor(rows)
                    try transaction.delete(rows, key: 1 as UInt64)  // refused
                    try cursor.next()
                }
            }
            func writeBesideWriteCursor(_ environment: LMDBEnvironment, _ rows: Database) throws {
                try environment.write { transaction in
                    var cursor = try transaction.writeCursor(rows)  // refused
                    try transaction.delete(rows, key: 1 as UInt64)
                    try cursor.next()
                }
            }
            func useValueAfterMove(_ environment: LMDBEnvironment, _ rows: Database) throws {
                try environment.read { transaction in
                    var cursor = try transaction.cursor(rows)
                    let value = cursor.value
                    try cursor.next()  // refused
                    print(value.byteCount)
                }
            }
            func useCursorAfterRenewal(_ environment: LMDBEnvironment, _ rows: Database) throws {
                try environment.scan { transaction in
                    var cursor = try transaction.cursor(rows)
                    try transaction.renew()  // refused
                    try cursor.next()
                }
            }
            """)
    }
}

/// The compiler that built these tests, set on a snippet that imports the module under test.
private enum Compiler {
    static var isThere: Bool {
        #if os(Linux)
            system("swiftc --version > /dev/null 2>&1") == 0
        #else
            false
        #endif
    }

    static func check(_ snippet: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let directory = TemporaryDirectory()
        let source = directory.path + "/snippet.swift"
        let messages = directory.path + "/messages"
        let lines = ["import DaybookLMDB"] + snippet.split(separator: "\n").map(String.init)
        FileSurgery.write(Array(lines.joined(separator: "\n").utf8), to: source)
        _ = system("swiftc -emit-sil -o /dev/null \(options) \(source) 2> \(messages)")
        let expected = lines.indices.filter { lines[$0].hasSuffix("// refused") }.map { $0 + 1 }
        let found = errorLines(String(decoding: FileSurgery.read(messages), as: UTF8.self), in: source)
        #expect(found == Set(expected), sourceLocation: sourceLocation)
    }

    private static func errorLines(_ messages: String, in source: String) -> Set<Int> {
        var found: Set<Int> = []
        for message in messages.split(separator: "\n") where message.contains("error:") {
            let parts = message.split(separator: ":")
            if parts.count > 3, parts[0] == source, let line = Int(parts[1]) {
                found.insert(line)
            } else if !message.contains("- error:") {
                found.insert(0)
            }
        }
        return found
    }

    private static var options: String {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        // SwiftPM names the package of a root after its folder, and compiles `package` access for that name.
        let package = root.split(separator: "/").last!.lowercased()
        let executable = String(cString: realpath("/proc/self/exe", nil))
        let build = (CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? executable)
            .split(separator: "/").dropLast().map { "/" + $0 }.joined()
        return """
            -swift-version 6 -enable-experimental-feature Lifetimes -package-name \(package) -I \(build)/Modules \
            -Xcc -fmodule-map-file=\(root)/Sources/CDaybookLMDB/module.modulemap \
            -Xcc -fmodule-map-file=\(build)/CDaybookPlatform.build/module.modulemap
            """
    }
}

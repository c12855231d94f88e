import Foundation
import Testing

@testable import DaybookLog

extension StoreFolder {
    /// Opens for a test; other tests' mappings need address space too.
    static func opened(
        _ path: String, _ access: Access = .readWrite(createIfMissing: true), options: Options = .forTests
    ) throws(LogError) -> StoreFolder {
        try open(path, access, program: "test", options: options)
    }
}

extension StoreFolder.Options {
    static var forTests: StoreFolder.Options {
        var options = StoreFolder.Options()
        options.mapSizeBytes = 64 << 20
        // A store that was made after what tests write into it would say that the clock was set back.
        if var host = try? HostFacts.real() {
            host.now = { .second(0) }
            options.host = host
        }
        return options
    }

    static func forTests(_ change: (inout StoreFolder.Options) -> Void) -> StoreFolder.Options {
        var options = forTests
        change(&options)
        return options
    }

    /// As if the test ran on another machine, or as somebody else.
    static func forTests(on change: (inout HostFacts) -> Void) throws -> StoreFolder.Options {
        var host = try HostFacts.real()
        change(&host)
        return forTests { $0.host = host }
    }
}

/// A path in a folder that is removed afterwards; nothing is there yet.
func withStorePath<R>(_ body: (String) throws -> R) throws -> R {
    try withTemporaryFolder { try body($0 + "/store") }
}

/// A closed store with one event.
func withStore<R>(_ body: (String) throws -> R) throws -> R {
    try withStorePath { path in
        try StoreFolder.opened(path).close()
        return try body(path)
    }
}

/// Expects that `path` is refused with `code`, in a sentence that has all of `words` in it.
func expectRefusal(
    _ path: String, _ code: LogError.Code, _ words: String...,
    access: StoreFolder.Access = .readWrite(createIfMissing: false), options: StoreFolder.Options = .forTests,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    do {
        try StoreFolder.opened(path, access, options: options).close()
        Issue.record("The folder was opened.", sourceLocation: sourceLocation)
    } catch {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        for word in words { #expect(error.description.contains(word), sourceLocation: sourceLocation) }
        #expect(error.description.hasSuffix("."), "A sentence ends.", sourceLocation: sourceLocation)
        #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
    }
}

func owner(_ path: String) throws -> UInt32 {
    var found = stat()
    try #require(lstat(path, &found) == 0)
    return found.st_uid
}

func mode(_ path: String) throws -> UInt32 {
    var found = stat()
    try #require(lstat(path, &found) == 0)
    return UInt32(found.st_mode) & 0o7777
}

func contents(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

let isRoot = geteuid() == 0

/// Tests that mount file systems or take long run in `tools/test --all` only.
let runsEverything = ProcessInfo.processInfo.environment["DAYBOOK_TESTS"] == "all"

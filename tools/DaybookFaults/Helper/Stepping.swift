internal import Daybook

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Helper {
    /// `steps FOLDER FILE`: runs jobs named `order`, which charge and then ship and write into the file what they did;
    /// says `between` between the two, and goes on when a line comes in. Ends when nothing
    /// is left.
    static func steps(_ words: [String]) throws {
        guard words.count >= 2 else { throw Usage() }
        let diary = Diary(path: words[1])
        let engine = try JobEngine.open(words[0], program: "steps") { registry in
            registry.register("order") { _, context in
                let receipt = try await context.step("charge") { () async throws -> Int in
                    diary.write("charged \(context.attempt)")
                    return context.attempt
                }
                context.progress(0.5, "charged")
                say("between")
                _ = readLine()
                try await context.step("ship") { diary.write("shipped with receipt \(receipt)") }
                context.count("parcels", by: 2)
                try context.setStatistics(["grams": 700])
                try context.enqueue("mail", arguments: Array("7".utf8), [.delay(.seconds(3_600))])
            }
        }
        Task.detached {
            do {
                try await withThrowingTaskGroup { tasks in
                    tasks.addTask { try await engine.run(workers: 1) }
                    try await engine.waitUntilDrained()
                    engine.stop()
                    try await tasks.waitForAll()
                }
                try await engine.close()
                exit(0)
            } catch {
                complain("\(error)")
                exit(2)
            }
        }
        // The task ends the process.
        while true { pause() }
    }
}

/// A file to which lines are added.
private struct Diary: Sendable {
    let path: String

    func write(_ entry: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        put(entry, on: file)
        close(file)
    }
}

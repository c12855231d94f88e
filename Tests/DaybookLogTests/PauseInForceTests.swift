import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `A job of a queue that is paused` {
    private func why(_ job: SequenceNumber, in limited: LimitedLog, seenBy tenant: String? = nil) throws -> String {
        try limited.storage.read { try JobExplanation(of: job, in: $0, seenBy: tenant) { .unknown }.sentence }
    }

    private func pause(_ queue: String, _ reason: String, by person: String, in limited: LimitedLog) throws {
        try limited.writer.perform(.pauseQueue(queue, reason: reason, actor: .person(person)))
    }

    @Test func `says who paused it last, when and why`() throws {
        let limited = try LimitedLog()
        let job = try limited.enqueue()
        try pause("default", "a mistake", by: "bob", in: limited)
        try limited.writer.perform(.resumeQueue("default", reason: "", actor: .person("bob")))
        try pause("default", "the disk is full", by: "ann", in: limited)
        try pause("other", "something else", by: "bob", in: limited)
        let sentence = try why(job, in: limited)
        #expect(sentence.hasPrefix("Its queue default is paused. person:ann paused it at 20"))
        #expect(sentence.hasSuffix("Z: the disk is full."))
        #expect(try why(job, in: limited, seenBy: "acme") == "Its queue default is paused.")
    }

    @Test func `says so beside the limit that it waits for`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(1))
        let jobs = try (0..<2).map { _ in try limited.enqueue("acme") }
        try pause("default", "", by: "ann", in: limited)
        let sentence = try why(jobs[1], in: limited)
        #expect(sentence.hasPrefix("It waits for the limit of key:tenant:acme"))
        #expect(sentence.contains(" Its queue default is paused. person:ann paused it at "))
    }

    @Test func `says who paused the queue itself, whoever has paused all since`() throws {
        let limited = try LimitedLog()
        let job = try limited.enqueue()
        try pause("default", "the disk is full", by: "ann", in: limited)
        for (_, command) in try limited.storage.commands(pausingAll: true, reason: "lunch", by: .person("bob")) {
            try limited.writer.perform(command)
        }
        #expect(try why(job, in: limited).hasSuffix("Z: the disk is full."))
        let told = try limited.storage.read {
            try JobExplanation(of: job, in: $0, seesQueues: false) { .unknown }.sentence
        }
        #expect(told == "Its queue default is paused.")
    }

    @Test func `says who paused all, if its queue came later`() throws {
        let limited = try LimitedLog()
        try pause(Name.queuesToCome, "the database moves", by: "ann", in: limited)
        let job = try limited.enqueue { $0.queue = "late" }
        #expect(try why(job, in: limited).hasSuffix("Z: the database moves."))
    }
}

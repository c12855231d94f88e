import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `A store whose archives are not there` {
    private func withStore(_ body: (ArchivedStore, _ live: SequenceNumber) throws -> Void) throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            let jobs = try store.work(jobs: 600)
            try store.archive(before: 1_001)
            try store.removeArchives()
            try body(store, jobs[0])
        }
    }

    @Test func `shows of a job what is at hand, and says what is not`() throws {
        try withStore { store, job in
            let (events, missing) = try store.folder.storage.historyAtHand(of: job)
            #expect(events.first?.event.body.kind == EventKind.carried.rawValue)
            #expect(missing?.contains("events-000000000001-") == true)
            #expect(throws: LogError.self) { try store.folder.storage.history(of: job) }
            let why = try store.folder.storage.read { log in
                try JobExplanation(of: job, in: log) { .unknown }.sentence
            }
            #expect(why.contains("waits for a free worker"))
        }
    }

    @Test func `does not make up why a job ended where that is in an archive`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            let cancelled = try store.work(jobs: 30)[0]
            _ = try store.perform(
                .cancel(job: cancelled, expected: nil, reason: "by mistake", actor: .person("ann")))
            let failed = try #require(try store.claim(slots: 1).first)
            let failure = Outcome.Failure(
                errorType: "Jam", error: "no paper", ranMicroseconds: 5, salt: 3, random: 7)
            _ = try store.perform(
                .finish(job: failed.job, token: failed.token, .failed(Box(failure)), actor: .system))
            try store.work(jobs: 300)
            try store.archive(before: try store.last())
            func why(_ job: SequenceNumber) throws -> String {
                try store.folder.storage.read { try JobExplanation(of: job, in: $0) { .unknown }.sentence }
            }
            #expect(try why(cancelled).contains("by person:ann: by mistake."))
            #expect(try why(failed.job).contains("no paper"))
            try store.removeArchives()
            for job in [cancelled, failed.job] {
                let sentence = try why(job)
                #expect(sentence.contains("not at hand. Events 1 to "), "\(sentence)")
                #expect(sentence.contains("events-000000000001-") && sentence.hasSuffix("."), "\(sentence)")
                #expect(!sentence.contains("no reason was given"))
            }
        }
    }

    @Test func `is audited from where its archives end, if nothing earlier is asked for`() throws {
        try withStore { store, _ in
            let record = try #require(try store.folder.archives().first?.record)
            // The first event has the time of the day.
            try store.retire(afterDays: 4_000)
            var filter = AuditFilter()
            filter.since = record.until.advanced(microseconds: 1)
            var found: [SequenceNumber] = []
            try AuditTrail(store.folder.storage, filter).forEach {
                found.append($0.event.sequence)
                return true
            }
            let last = try store.last()
            #expect(found.first ?? 0 > record.last && found.last == last)
            filter.since = record.until
            #expect(throws: LogError.self) { try AuditTrail(store.folder.storage, filter).forEach { _ in true } }
        }
    }

    @Test func `is found to lack them, which is no damage to the log`() throws {
        try withStore { store, _ in
            #expect(store.verify(full: true).findings.map(\.matter) == [.archive])
            let result = try LedgerCheck(store.folder.storage).run()
            #expect(try result.isEqual && result.start == store.folder.archives().first?.record.last)
        }
    }

    @Test func `says by digest alone that a file is another, when it is read whole`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 300)
            try store.archive(before: 501)
            var bytes = try store.bytes(of: try store.archiveNames()[0])
            bytes[bytes.count / 2] ^= 1
            try store.write(bytes, to: try store.archiveNames()[0])
            #expect(try store.folder.archives().map(\.state) == [.there])
            #expect(try store.folder.archives(byDigest: true).map(\.state) == [.damaged])
        }
    }
}

import DaybookLog
import DaybookModel
import Testing

@Suite struct `What a verifying child says to its parent` {
    private func transcript(_ text: String) -> VerifyTranscript {
        var transcript = VerifyTranscript()
        for line in text.split(separator: "\n") { transcript.take(String(line) + "\n") }
        return transcript
    }

    @Test func `carries a whole report`() throws {
        try VerifyStore.with(turns: 40) { store in
            try store.removeEvent(30)
            var value = try store.value(20)
            value[11] ^= 1
            try store.put(20, value)
            let report = store.verify { $0.findingsMax = 1 }
            #expect(report.verdict == .damaged)
            #expect(report.findingsLeftOut > 0)
            #expect(transcript(VerifyProtocol.lines(report)).conclusion(.exited(code: 1)) == report)
        }
    }

    @Test func `carries unknown kinds, doubts and sentences of many lines`() {
        var report = VerifyReport()
        report.tally.unknownKinds = [7: 9, 250: 1]
        report.doubts = [VerifyFinding("two\nlines"), VerifyFinding("with a place", at: 12)]
        report.findings = [
            VerifyFinding("of the store"), VerifyFinding("of an archive", at: 4, .archive),
            VerifyFinding("of a checkpoint", at: nil, .witness),
        ]
        report.jobs = 7
        report.head = .zero
        report.elapsedNanoseconds = 5
        let found = transcript(VerifyProtocol.lines(report)).conclusion(.exited(code: 0))
        #expect(found.tally == report.tally)
        #expect(found.doubts == [VerifyFinding("two lines"), VerifyFinding("with a place", at: 12)])
        #expect(found.findings == report.findings && found.jobs == 7)
        #expect(found.head == .zero)
    }

    @Test(
        arguments: [
            ("", "The storage layer failed (signal 6) while opening the store.", nil),
            ("at opening 0 0 0", "The storage layer failed (signal 6) while reading the head of the log.", nil),
            (
                "at events 65537 900000 0",
                "The storage layer failed (signal 6) while reading events, between event 65537 and event 65664.", 65537
            ),
            (
                "at ledgers 0 0 1\nat rebuild 899990 900000 0",
                """
                The storage layer failed (signal 6) while reading events to rebuild the ledgers, between event 899990 \
                and event 900000.
                """, 899_990
            ),
            ("at ledgers 0 0 1", "The storage layer failed (signal 6) while reading the ledger jobs.", nil),
            (
                "at ledgers 128 0 1",
                "The storage layer failed (signal 6) while reading the ledger jobs, behind its first 128 rows.", nil
            ),
            (
                "at comparison 0 0 0",
                "The storage layer failed (signal 6) while reading the ledgers row by row.", nil
            ),
        ] as [(String, String, SequenceNumber?)])
    func `tells where a child was that died`(lines: String, sentence: String, sequence: SequenceNumber?) {
        let report = transcript(VerifyProtocol.opening(workers: 2, step: 128) + lines).conclusion(.killed(signal: 6))
        #expect(report.findings == [VerifyFinding(sentence, at: sequence)])
        #expect(report.verdict == .damaged)
    }

    @Test func `asks for a second run where several threads were reading`() {
        let two = transcript(VerifyProtocol.opening(workers: 2, step: 128))
        #expect(two.wantsSecondRun(after: .killed(signal: 11)))
        #expect(!two.wantsSecondRun(after: .exited(code: 0)))
        #expect(!transcript(VerifyProtocol.opening(workers: 1, step: 128)).wantsSecondRun(after: .killed(signal: 11)))
        // One that seldom says where it is.
        let coarse = transcript(VerifyProtocol.opening(workers: 1, step: 65_536))
        #expect(coarse.wantsSecondRun(after: .killed(signal: 11)))
        let done = transcript(VerifyProtocol.opening(workers: 2, step: 128) + VerifyProtocol.lines(VerifyReport()))
        #expect(!done.wantsSecondRun(after: .killed(signal: 11)))
    }

    @Test func `cannot tell anything from a child that ended early`() {
        let report = transcript("at events 1 2 0").conclusion(.exited(code: 3))
        #expect(report.verdict == .cannotTell)
    }

    @Test func `speaks before each stretch is read`() throws {
        try VerifyStore.with(turns: 60) { store in
            let told = ProgressList()
            var options = LogVerifier.Options()
            options.workers = 1
            options.eventsBetweenProgress = 50
            _ = LogVerifier(store.storage, options) { told.add($0) }.verify()
            let last = try store.last
            for phase in [ReadProgress.Phase.events, .rebuild] {
                let positions = told.all.filter { $0.phase == phase }.map(\.position)
                #expect(positions == Array(stride(from: 1, through: last, by: 50)))
            }
            #expect(told.all.contains { $0.phase == .ledgers })
        }
    }
}

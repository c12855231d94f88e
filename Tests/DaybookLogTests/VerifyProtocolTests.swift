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
        report.head = .zero
        report.elapsedNanoseconds = 5
        let found = transcript(VerifyProtocol.lines(report)).conclusion(.exited(code: 0))
        #expect(found.tally == report.tally)
        #expect(found.doubts == [VerifyFinding("two lines"), VerifyFinding("with a place", at: 12)])
        #expect(found.head == .zero)
        #expect(found.verdict == .cannotTell)
    }

    @Test(
        arguments: [
            ("", "The storage layer failed (signal 6) while opening the store.", nil),
            ("at opening 0 0", "The storage layer failed (signal 6) while reading the head of the log.", nil),
            (
                "at events 65537 900000", "The storage layer failed (signal 6) near event 65537, while reading events.",
                65537
            ),
            (
                "at ledgers 0 0\nat rebuild 9 900000",
                "The storage layer failed (signal 6) near event 9, while reading events to rebuild the ledgers.",
                9
            ),
            (
                "at ledgers 131072 0",
                "The storage layer failed (signal 6) near row 131072, while reading the ledgers.", nil
            ),
        ] as [(String, String, SequenceNumber?)])
    func `tells where a child was that died`(lines: String, sentence: String, sequence: SequenceNumber?) {
        let report = transcript(VerifyProtocol.opening(workers: 2) + lines).conclusion(.killed(signal: 6))
        #expect(report.findings == [VerifyFinding(sentence, at: sequence)])
        #expect(report.verdict == .damaged)
    }

    @Test func `asks for a second run where several threads were reading`() {
        let two = transcript(VerifyProtocol.opening(workers: 2))
        #expect(two.wantsSecondRun(after: .killed(signal: 11)))
        #expect(!two.wantsSecondRun(after: .exited(code: 0)))
        #expect(!transcript(VerifyProtocol.opening(workers: 1)).wantsSecondRun(after: .killed(signal: 11)))
        let done = transcript(VerifyProtocol.opening(workers: 2) + VerifyProtocol.lines(VerifyReport()))
        #expect(!done.wantsSecondRun(after: .killed(signal: 11)))
    }

    @Test func `cannot tell anything from a child that ended early`() {
        let report = transcript("at events 1 2").conclusion(.exited(code: 3))
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

import Testing

@testable import DaybookModel

@Suite struct `What a process can run` {
    @Test func `is told as texts and read again`() {
        var runnable = Runnable()
        runnable.add("mail.send", 2...3)
        runnable.add("a", Runnable.anyVersion)
        runnable.add("b:c", 4...4)
        #expect(runnable.texts == ["a", "b:c@4", "mail.send@2-3"])
        #expect(Runnable(runnable.texts) == runnable)
        #expect(Runnable(["*"]) == .everything)
        #expect(Runnable.everything.texts == ["*"])
    }

    @Test func `is a name and a version of it`() {
        let runnable = Runnable(["mail.send@2-3", "any"])
        #expect(runnable.canRun("mail.send", version: 3))
        #expect(!runnable.canRun("mail.send", version: 1))
        #expect(!runnable.canRun("mail", version: 2))
        #expect(runnable.canRun("any", version: .max))
        #expect(Runnable.everything.canRun("mail", version: 1))
    }

    @Test(arguments: ["", "@", "a@", "a@x", "a@3-2", "a@0", "a@1-2-3"])
    func `is nothing where it cannot be read`(_ text: String) {
        #expect(Runnable([text]) == .nothing)
    }
}

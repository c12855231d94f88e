import Foundation
import Testing

@Suite struct `Checkpoints on the command line` {
    private func withStore(_ body: (Daybook) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(300)
            try body(daybook)
        }
    }

    /// Runs what a document tells its reader to run.
    @discardableResult
    private func shell(_ script: String, in folder: String) throws -> Ended {
        try ChildProcess(
            "/bin/sh", [bytes("-e"), bytes("-c"), bytes("cd '\(folder)'\n\(script)")],
            environment: ["PATH": "/usr/bin:/bin"]
        ).finish()
    }

    private func makeKeys(_ daybook: Daybook) throws {
        let made = try shell(
            """
            openssl genpkey -algorithm ed25519 -out key.pem
            openssl pkey -in key.pem -pubout -out public.pem
            openssl genpkey -algorithm ed25519 | openssl pkey -pubout -out stranger.pem
            openssl rand -hex 32 >secret
            """, in: daybook.folder)
        try #require(made.code == 0, "\(made.error)")
    }

    private func verify(_ daybook: Daybook, _ file: String, key: String? = nil, data: String? = nil) throws -> Ended {
        var arguments = ["log", "verify", "--checkpoint", daybook.folder + "/" + file]
        if let key { arguments += ["--public-key", daybook.folder + "/" + key] }
        if let data { arguments += ["--data", daybook.folder + "/" + data] }
        return try daybook.start(arguments).finish()
    }

    @Test func `show a tail that was cut off, an older copy put back, and a log rewritten`() throws {
        try withStore { daybook throws in
            try makeKeys(daybook)
            let folder = daybook.folder
            try shell("mkdir older && cp store/data.mdb store/identity older && chmod 700 older", in: folder)
            try daybook.run("enqueue", "more")
            let signed = ["log", "checkpoint", "--key", folder + "/key.pem", "--out", folder + "/checkpoint"]
            #expect(try daybook.start(signed).finish().output.isEmpty)
            try daybook.run("enqueue", "more")
            #expect(try verify(daybook, "checkpoint", key: "public.pem").code == 0)
            let restored = try verify(daybook, "checkpoint", key: "public.pem", data: "older")
            #expect(restored.code == 1)
            #expect(restored.output.contains("tail is cut off"))
            // The older copy goes on, past the checkpoint, with other events.
            for _ in 0..<3 { try daybook.run("enqueue", "another", "--data", folder + "/older") }
            let rewritten = try verify(daybook, "checkpoint", key: "public.pem", data: "older")
            #expect(rewritten.code == 1)
            #expect(rewritten.output.contains("rewritten before event"))
        }
    }

    @Test func `of which the disk took only a part do no harm to those before and after`() throws {
        try withStore { daybook throws in
            let folder = daybook.folder
            let take = "\(try Daybook.program()) --data store log checkpoint --out c"
            // 64 KB is all there is, and all but 100 bytes of it are taken.
            try shell("head -c 65436 /dev/zero | tr '\\0' '\\n' >c", in: folder)
            let full = try shell("trap '' XFSZ; ulimit -f 128; ! \(take) 2>why; cat why; wc -c <c", in: folder)
            #expect(full.code == 0 && full.output.contains("write c") && full.output.contains("65436"))
            try shell("\(take); \(take)", in: folder)
            #expect(try shell("grep -c . c", in: folder).output.contains("2"))
            let good = try verify(daybook, "c")
            #expect(good.code == 0 && good.error.isEmpty, "\(good)")
            // As an earlier release, or a machine that lost its power, leaves it.
            try shell("tail -n 1 c | head -c 100 >t; cat t >>c; \(take); echo no >>c", in: folder)
            let torn = try verify(daybook, "c")
            #expect(torn.code == 0, "\(torn)")
            #expect(torn.error.contains("Line 65439 of") && torn.error.contains("Line 65441 of"), "\(torn.error)")
            #expect(try shell("grep -c . c", in: folder).output.contains("5"))
        }
    }

    @Test func `are believed only by the right key`() throws {
        try withStore { daybook throws in
            try makeKeys(daybook)
            let signed = try daybook.run("log", "checkpoint", "--key", daybook.folder + "/key.pem").output
            _ = try daybook.write(signed, to: "signed")
            _ = try daybook.write(try daybook.run("log", "checkpoint").output, to: "plain")
            let hmac = try daybook.run("log", "checkpoint", "--key", daybook.folder + "/secret").output
            _ = try daybook.write(hmac, to: "hmac")
            _ = try daybook.write(signed.replacingOccurrences(of: "\"seq\":301", with: "\"seq\":300"), to: "edited")
            #expect(try verify(daybook, "signed", key: "public.pem").code == 0)
            #expect(try verify(daybook, "hmac", key: "secret").code == 0)
            for (file, key) in [
                ("signed", "stranger.pem"), ("plain", "public.pem"), ("edited", "public.pem"), ("hmac", "public.pem"),
                ("signed", "secret"),
            ] {
                let ended = try verify(daybook, file, key: key)
                #expect(ended.code == 1, "\(file), \(key)")
                #expect(ended.error.contains("signed"), "\(file), \(key): \(ended.error)")
            }
            let unchecked = try verify(daybook, "signed")
            #expect(unchecked.code == 0)
            #expect(unchecked.error.contains("--public-key"))
            #expect(try verify(daybook, "plain").error.isEmpty)
            #expect(try verify(daybook, "signed", key: "checkpoint").code == 2)
            #expect(try daybook.run("log", "verify", "--public-key", daybook.folder + "/public.pem").code == 2)
            #expect(try daybook.run("log", "checkpoint", "--key", daybook.folder + "/public.pem").code == 2)
        }
    }

    @Test func `are kept a line each, outside the store, and all are looked at`() throws {
        try withStore { daybook throws in
            let file = daybook.folder + "/checkpoints"
            for _ in 0..<3 {
                try daybook.run("enqueue", "more")
                #expect(try daybook.run("log", "checkpoint", "--out", file).code == 0)
            }
            let lines = String(decoding: try daybook.contents(of: file), as: UTF8.self).split(separator: "\n")
            #expect(lines.count == 3)
            #expect(try verify(daybook, "checkpoints").code == 0)
            var wrong = lines.map(String.init)
            let root = try #require(wrong[0].range(of: "\"root\":\""))
            let flipped = wrong[0][root.upperBound] == "0" ? "1" : "0"
            wrong[0].replaceSubrange(root.upperBound...root.upperBound, with: flipped)
            _ = try daybook.write(wrong.joined(separator: "\n"), to: "wrong")
            #expect(try verify(daybook, "wrong").output.contains("rewritten"))
            let inside = try daybook.run("log", "checkpoint", "--out", daybook.store + "/checkpoint")
            #expect(inside.code == 2)
            #expect(inside.error.contains("proves nothing"))
            _ = try daybook.write("", to: "empty")
            #expect(try verify(daybook, "empty").code == 2)
        }
    }

    /// The code blocks of a document that are marked as shell, by the heading that they stand under.
    private func scripts(under heading: String) throws -> [String] {
        let document = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Docs/Audit.md")
        let text = try String(contentsOf: document, encoding: .utf8)
        let part = try #require(text.components(separatedBy: "\n## \(heading)\n").dropFirst().first)
        let own = part.components(separatedBy: "\n## ")[0]
        return own.components(separatedBy: "```sh\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    }

    @Test func `can be checked with openssl alone, as the document says`() throws {
        try withStore { daybook throws in
            try makeKeys(daybook)
            let scripts = try scripts(under: "Checking a checkpoint without Daybook")
            try #require(scripts.count == 2)
            for (script, key) in zip(scripts, ["key.pem", "secret"]) {
                let line = try daybook.run("log", "checkpoint", "--key", daybook.folder + "/" + key).output
                _ = try daybook.write(line, to: "checkpoint.json")
                let good = try shell(script, in: daybook.folder)
                #expect(good.code == 0, "\(key): \(good.error)")
                _ = try daybook.write(line.replacingOccurrences(of: "301", with: "302"), to: "checkpoint.json")
                let wrong = try shell(script, in: daybook.folder)
                #expect(wrong.code != 0, "\(key): \(wrong.output)")
            }
        }
    }

    @Test func `are explained with the very program that checks proofs`() throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("..")
        let program = try String(contentsOf: tests.appendingPathComponent("Reader/check_proof.py"), encoding: .utf8)
        let document = try String(contentsOf: tests.appendingPathComponent("../Docs/Audit.md"), encoding: .utf8)
        #expect(document.contains("```python\n\(program)```"))
    }

    @Test func `carry the proof of a job, which a program that knows nothing else believes`() throws {
        try withStore { daybook throws in
            let checker = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../Reader/check_proof.py").path
            try daybook.run("jobs", "cancel", "7")
            _ = try daybook.write(try daybook.run("log", "checkpoint").output, to: "checkpoint")
            let proof = try daybook.run("log", "proof", "7", "--checkpoint", daybook.folder + "/checkpoint")
            #expect(proof.outputBytes.count < 16_384)
            _ = try daybook.write(proof.output, to: "proof")
            let said = try shell("python3 '\(checker)' proof checkpoint", in: daybook.folder)
            #expect(said.code == 0, "\(said.error)")
            #expect(said.lines.count == 3)
            #expect(said.lines[1].hasPrefix("event 7: kind 32") && said.lines[2].hasPrefix("event 302: kind 43"))
            _ = try daybook.write(try daybook.run("log", "proof", "8").output, to: "other")
            let other = try shell(
                "sed 's/\"job\":8/\"job\":7/' other >forged; python3 '\(checker)' forged", in: daybook.folder)
            #expect(other.code == 1)
            #expect(try daybook.run("log", "proof", "1").code == 1)
            #expect(try daybook.run("log", "proof", "999").code == 1)
        }
    }
}

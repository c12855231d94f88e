import Foundation
import Testing

@Suite struct `daybook keys and erase` {
    private func holds(_ folder: String, _ word: String) throws -> Bool {
        let data = try Data(contentsOf: URL(filePath: folder + "/data.mdb"))
        return data.range(of: Data(word.utf8)) != nil
    }

    @Test func `a tenant's job runs, is shown, and is noise once he is erased`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            #expect(try daybook.run("keys", "begin").output.contains("a key for each tenant"))
            #expect(try daybook.run("keys", "list").output.hasPrefix("no keys yet"))
            let words = try daybook.run(
                "enqueue", "mail", "--args", #"{"to":"canary-51"}"#, "--tenant", "acme", "--attempts", "1"
            ).output.split(separator: " ")
            let job = String(words[1])
            #expect(try daybook.run("jobs", "show", job).output.contains("canary-51"))
            #expect(try daybook.run("jobs", "show", job, "--json").output.contains("canary-51"))
            #expect(try !daybook.run("log", "export").output.contains("canary-51"))
            #expect(try daybook.run("work", "--drain", "--exec", "cat; echo seen canary-52 >&2; exit 3").code == 0)
            #expect(try daybook.run("jobs", "show", job).output.contains("canary-52"))
            for word in ["canary-51", "canary-52"] { #expect(try !holds(daybook.store, word)) }
            #expect(try daybook.run("keys", "list", "--json").output.contains(#""tenant":"acme""#))

            let waiting = try daybook.run("enqueue", "mail", "--args", #""canary-53""#, "--tenant", "acme").output
                .split(separator: " ")[1]
            #expect(
                try daybook.run("erase", "--tenant", "acme", "--reason", "asked").output == "destroyed 1 key "
                    + "of acme\n")
            let shown = try daybook.run("jobs", "show", job).output
            #expect(!shown.contains("canary") && shown.contains("failed"))
            #expect(try daybook.run("work", "--drain", "--exec", "cat").code == 0)
            #expect(try daybook.run("jobs", "show", String(waiting)).output.contains("its arguments are erased"))
            #expect(try daybook.run("log", "verify").code == 0)
            #expect(try daybook.run("log", "audit", "--kind", "erased").output.contains("asked"))
        }
    }

    @Test func `a backup has no keys, and opens with them`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("keys", "begin", "--per", "store")
            let job = try daybook.run("enqueue", "mail", "--args", #""canary-61""#).output.split(separator: " ")[1]
            #expect(try daybook.run("backup", daybook.store + ".copy").code == 0)
            #expect(!FileManager.default.fileExists(atPath: daybook.store + ".copy/keys"))
            let copy = try daybook.run("jobs", "show", String(job), "--data", daybook.store + ".copy")
            #expect(copy.code == 0 && !copy.output.contains("canary-61"))
            try FileManager.default.copyItem(
                atPath: daybook.store + "/keys", toPath: daybook.store + ".copy/keys")
            #expect(
                try daybook.run("jobs", "show", String(job), "--data", daybook.store + ".copy").output
                    .contains("canary-61"))
        }
    }

    @Test func `what does not go is said in a sentence`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("init")
            #expect(try daybook.run("erase", "--tenant", "acme").code == 2)
            #expect(try daybook.run("keys", "list").error.contains("daybook keys begin"))
            try daybook.run("keys", "begin", "--per", "store")
            #expect(try daybook.run("keys", "begin", "--per", "tenant").code == 2)
            #expect(try daybook.run("erase").code == 2)
            try daybook.run("enqueue", "mail", "--args", "1")
            let key = try FileManager.default.contentsOfDirectory(atPath: daybook.store + "/keys")[0]
            try Data("daybook key 1\nwhat\n".utf8).write(to: URL(filePath: "\(daybook.store)/keys/\(key)"))
            let damaged = try daybook.run("enqueue", "mail", "--args", "1")
            #expect(damaged.code != 0 && damaged.error.contains("is not a key"))
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }
}

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
            #expect(shown.contains("arguments  (erased)") && shown.contains("error      (erased)"))
            #expect(try daybook.run("jobs", "show", job, "--json").output.contains(#""closed":"erased""#))
            #expect(try daybook.run("why", String(waiting)).output.contains("sets it aside: its arguments are erased."))
            #expect(try daybook.run("doctor").code == 0)
            #expect(try daybook.run("work", "--drain", "--exec", "cat").code == 0)
            #expect(try daybook.run("jobs", "show", String(waiting)).output.contains("its arguments are erased"))
            #expect(try daybook.run("log", "verify").code == 0)
            #expect(try daybook.run("log", "audit", "--kind", "erased").output.contains("asked"))
        }
    }

    @Test func `what is from before the store was encrypted is counted when its tenant is erased`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for tenant in ["acme", "acme", "other"] {
                try daybook.run("enqueue", "n", "--args", "1", "--tenant", tenant)
            }
            try daybook.run("keys", "begin")
            try daybook.run("enqueue", "n", "--args", "2", "--tenant", "acme")
            let erased = try daybook.run("erase", "--tenant", "acme").output
            #expect(erased.contains("look at this yourself: 2 jobs of his are from before"), "\(erased)")
            #expect(try daybook.run("jobs", "show", "2").output.contains("arguments  1"))
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
            #expect(try daybook.run("backup", daybook.store + ".copy", "--with-keys").error.contains("no keys"))
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

    /// A store with a key for each tenant and a job of one.
    private func withJob(_ body: (Daybook, _ job: String) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("keys", "begin")
            let words = try daybook.run("enqueue", "mail", "--args", #""canary-71""#, "--tenant", "acme").output
            try body(daybook, String(words.split(separator: " ")[1]))
        }
    }

    @Test func `an erasure is refused for a name that nobody has, and under a hold`() throws {
        try withJob { daybook, job throws in
            let unknown = try daybook.run("erase", "--tenant", "akme")
            #expect(unknown.code == 1 && unknown.error.contains("Nothing is known of a tenant akme"))
            try daybook.run("retention", "hold", "--tenant", "acme", "--reason", "court 7")
            let held = try daybook.run("erase", "--tenant", "acme")
            #expect(held.code == 1 && held.error.contains("tenant:acme"))
            #expect(try daybook.run("jobs", "show", job).output.contains("canary-71"))
            #expect(try daybook.run("log", "audit", "--kind", "erased").output.contains("acme") == false)
            #expect(try daybook.run("erase", "--tenant", "acme", "--despite-holds").output.contains("destroyed 1 key"))
            let again = try daybook.run("erase", "--tenant", "acme", "--despite-holds")
            #expect(again.code == 0 && again.output.contains("acme was erased by event"))
        }
    }

    @Test func `a wrong key is told from one that is not there, and both from what is erased`() throws {
        try withJob { daybook, job throws in
            let keys = daybook.store + "/keys"
            let name = try FileManager.default.contentsOfDirectory(atPath: keys)[0]
            let path = "\(keys)/\(name)"
            let right = try String(contentsOfFile: path, encoding: .utf8)
            let line = try #require(right.split(separator: "\n").first { $0.hasPrefix("secret ") })
            let wrong = right.replacingOccurrences(of: line, with: "secret " + String(repeating: "ab", count: 32))
            try Data(wrong.utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let shown = try daybook.run("jobs", "show", job).output
            #expect(shown.contains("cannot be used; see `daybook doctor`") && !shown.contains(daybook.store))
            #expect(try daybook.run("why", job).output.contains("cannot be used; see `daybook doctor`"))
            let doctor = try daybook.run("doctor")
            #expect(doctor.code == 1 && doctor.output.contains(name))
            #expect(doctor.output.contains("is not the key that it was"))
            let list = try daybook.run("keys", "list")
            #expect(list.code == 0 && list.error.contains(name))
            #expect(try daybook.run("enqueue", "mail", "--args", "1", "--tenant", "acme").code == 3)
            try FileManager.default.removeItem(atPath: path)
            #expect(try daybook.run("jobs", "show", job).output.contains("is not here"))
            #expect(try daybook.run("doctor").output.contains("is not here"))
        }
    }

    @Test func `a key that was cut off, or is another tenant's, is not replaced without being asked`() throws {
        try withJob { daybook, _ throws in
            try daybook.run("enqueue", "mail", "--args", "1", "--tenant", "zeta")
            let listed = try daybook.run("keys", "list").lines.dropFirst().map { $0.split(separator: " ") }
            let names = Dictionary(uniqueKeysWithValues: listed.map { (String($0[1]), String($0[0])) })
            let keys = daybook.store + "/keys"
            let path = "\(keys)/\(try #require(names["acme"])).key"
            let right = try String(contentsOfFile: path, encoding: .utf8)
            let other = try String(contentsOfFile: "\(keys)/\(try #require(names["zeta"])).key", encoding: .utf8)
            for wrong in [String(right.prefix(20)), other] {
                try wrong.write(toFile: path, atomically: false, encoding: .utf8)
                let refused = try daybook.run("enqueue", "mail", "--args", "1", "--tenant", "acme")
                #expect(refused.code == 3 && refused.output.isEmpty)
                #expect(refused.error.contains(path) && refused.error.contains("Put it back"), "\(refused.error)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: keys).count == 2)
            }
            try right.write(toFile: path, atomically: false, encoding: .utf8)
            #expect(try daybook.run("enqueue", "mail", "--args", "1", "--tenant", "acme").code == 0)
        }
    }

    @Test func `what a store begins with is said in words`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            #expect(try daybook.run("keys", "begin", "--per", "store").output.contains("one key for the whole store"))
            #expect(try daybook.run("keys", "begin").error.contains("with one key for the whole store"))
        }
    }

    @Test func `a bundle of what cannot be read says so`() throws {
        try withJob { daybook, job throws in
            #expect(try !daybook.run("jobs", "show", job, "--bundle").output.contains("closed"))
            try daybook.run("erase", "--tenant", "acme")
            let bundle = try daybook.run("jobs", "show", job, "--bundle")
            #expect(bundle.output.contains(#""closed":"erased""#) && bundle.error.contains("cannot be run"))
        }
    }

    @Test func `a backup takes keys along if it is asked to, and is restored with them`() throws {
        try withJob { daybook, job throws in
            let (copy, back) = (daybook.store + ".copy", daybook.store + ".back")
            let made = try daybook.run("backup", copy, "--with-keys")
            #expect(made.code == 0 && made.error.contains("can read everything"))
            let name = try FileManager.default.contentsOfDirectory(atPath: copy + "/keys")[0]
            let mode = try FileManager.default.attributesOfItem(atPath: "\(copy)/keys/\(name)")[.posixPermissions]
            #expect(mode as? Int == 0o600)
            #expect(try daybook.run("restore", copy, "--data", back).code == 0)
            #expect(try daybook.run("jobs", "show", job, "--data", back).output.contains("canary-71"))
            #expect(try daybook.run("fork", "--to", daybook.store + ".fork").error.contains("copy the folder `keys`"))
            #expect(try daybook.run("doctor", "--data", daybook.store + ".fork").output.contains("is not here"))
        }
    }
}

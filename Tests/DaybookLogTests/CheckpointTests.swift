import DaybookLog
import DaybookModel
import Foundation
import Testing

@Suite struct `A checkpoint` {
    /// A folder with a key pair of openssl's and a secret.
    private func withKeys(_ body: (_ folder: String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            try openssl(["genpkey", "-algorithm", "ed25519", "-out", "\(folder)/key.pem"])
            try openssl(["pkey", "-in", "\(folder)/key.pem", "-pubout", "-out", "\(folder)/public.pem"])
            try openssl(["genpkey", "-algorithm", "ed25519", "-out", "\(folder)/other.pem"])
            try openssl(["pkey", "-in", "\(folder)/other.pem", "-pubout", "-out", "\(folder)/stranger.pem"])
            try "00112233445566778899aabbccddeeff\n".write(
                toFile: "\(folder)/secret", atomically: true, encoding: .utf8)
            try "ff112233445566778899aabbccddeeff\n".write(toFile: "\(folder)/guess", atomically: true, encoding: .utf8)
            try body(folder)
        }
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private let checkpoint = LogCheckpoint(
        identity: Array(repeating: 1, count: 16), sequence: 77, root: Hash(hex: String(repeating: "ab", count: 32))!,
        head: Hash(hex: String(repeating: "cd", count: 32))!)

    @Test func `goes through its text and back, signed or not`() throws {
        try withKeys { folder in
            for name in [nil, "key.pem", "secret"] {
                let key = try name.map { try CheckpointKey.file("\(folder)/\($0)") }
                let text = CheckpointText(checkpoint, at: .second(5), signedBy: key)
                let read = try CheckpointText(line: text.line)
                #expect(read.checkpoint == checkpoint)
                #expect(read.time == .second(5))
                #expect(read.isSigned == (name != nil))
            }
        }
    }

    @Test(arguments: [("key.pem", "public.pem", "stranger.pem"), ("secret", "secret", "guess")])
    func `is believed by who has the right key, and only as it was signed`(
        signer: String, checker: String, stranger: String
    ) throws {
        try withKeys { folder in
            let text = CheckpointText(checkpoint, at: .second(5), signedBy: try .file("\(folder)/\(signer)"))
            let right = try CheckpointCheckKey.file("\(folder)/\(checker)")
            #expect(text.objection(by: right) == nil)
            #expect(try CheckpointText(line: text.line).objection(by: right) == nil)
            let wrong = try CheckpointCheckKey.file("\(folder)/\(stranger)")
            #expect(text.objection(by: wrong)?.contains("not signed by that key") == true)
            let unsigned = CheckpointText(checkpoint, at: .second(5), signedBy: nil)
            #expect(unsigned.objection(by: right) == "is not signed")
            // Every byte but those that end the line is under the signature or part of it.
            for index in text.line.indices.dropLast(2) {
                var line = text.line
                line[index] ^= 1
                if let read = try? CheckpointText(line: line) {
                    #expect(read.objection(by: right) != nil, "byte \(index)")
                }
            }
        }
    }

    @Test func `does not take the secret of one algorithm for the key of the other`() throws {
        try withKeys { folder in
            let signed = CheckpointText(checkpoint, at: .second(5), signedBy: try .file("\(folder)/key.pem"))
            #expect(signed.objection(by: try .file("\(folder)/secret")) != nil)
            let coded = CheckpointText(checkpoint, at: .second(5), signedBy: try .file("\(folder)/secret"))
            #expect(coded.objection(by: try .file("\(folder)/public.pem")) != nil)
        }
    }

    @Test func `is refused where a member is missing, stands twice or is no value of its kind`() {
        let whole = String(decoding: CheckpointText(checkpoint, at: .second(5), signedBy: nil).line, as: UTF8.self)
        for wrong in [
            "", "{}", "[]", whole + "}", whole.replacingOccurrences(of: "77", with: "0"),
            whole.replacingOccurrences(of: "77", with: "-1"), whole.replacingOccurrences(of: "abab", with: "xyab"),
            whole.replacingOccurrences(of: "0101\"", with: "\""),
            whole.replacingOccurrences(of: "\"head\"", with: "\"root\""),
            whole.replacingOccurrences(of: "}", with: ",\"signature\":\"AA==\"}"),
            whole.replacingOccurrences(
                of: "{", with: "{\"signature\":\"AA==\",\"algorithm\":\"ed25519\",\"key\":\"k\","),
        ] {
            #expect(throws: LogError.self, "\(wrong)") { try CheckpointText(line: Array(wrong.utf8)) }
        }
    }

    @Test func `keys that are none are refused in words`() throws {
        try withKeys { folder in
            for name in ["public.pem", "none", "short"] {
                try "0011".write(toFile: "\(folder)/short", atomically: true, encoding: .utf8)
                #expect { try CheckpointKey.file("\(folder)/\(name)") } throws: { ($0 as? LogError)?.code == .badInput }
            }
            #expect(throws: LogError.self) { try CheckpointCheckKey.file("\(folder)/key.pem") }
        }
    }

    @Test func `of older days is held against the log too`() throws {
        try VerifyStore.with(seed: 41, turns: 200) { store in
            let ends = try store.commitEnds
            let checkpoints = try [ends[20], ends[90], ends[ends.count - 1]].map { try store.checkpoint(at: $0) }
            let good = store.verify { $0.checkpoints = checkpoints }
            #expect(good.verdict == .good, "\(good.text)")
            var wrong = checkpoints
            wrong[0].root = checkpoints[1].root
            let report = store.verify { $0.checkpoints = wrong }
            #expect(report.findings.map(\.sequence) == [ends[20]])
            #expect(report.text.contains("rewritten before event \(ends[20])"))
        }
    }
}

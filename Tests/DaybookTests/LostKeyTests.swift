import DaybookModel
import Foundation
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `A key that was lost` {
    /// What has become of the file of a tenant's key.
    enum Harm: CaseIterable {
        case isEmpty
        case isCutInItsTenant
        case isCutInItsSecret
        case isAnotherTenants
        case isAnotherTenantsOfTheFirstForm
        case isZeros
        case isGone
    }

    private func open(_ folder: String, _ encryption: Encryption = .perTenant) throws -> JobEngine {
        var options = EngineOptions()
        options.encryption = encryption
        return try JobEngine.open(folder, program: "test", options: options) { $0.register("tell") { _, _ in } }
    }

    @discardableResult
    private func tell(_ engine: JobEngine, _ tenant: String?) async throws -> JobHandle<[UInt8]> {
        try await engine.enqueue("tell", arguments: Array("1".utf8), tenant.map { [.tenant($0)] } ?? [])
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/keys").map { "\(folder)/keys/\($0)" }
    }

    private func keyFile(_ folder: String, _ tenant: String) throws -> String {
        let line = "tenant " + Array(tenant.utf8).withUnsafeBytes { Hexadecimal.text($0) } + "\n"
        return try #require(try files(folder).first { try String(contentsOfFile: $0, encoding: .utf8).contains(line) })
    }

    private func harm(_ path: String, _ harm: Harm, other: String) throws {
        let right = try String(contentsOfFile: path, encoding: .utf8)
        let another = try String(contentsOfFile: other, encoding: .utf8)
        let bytes: String? =
            switch harm {
            case .isEmpty: ""
            case .isCutInItsTenant: String(right.prefix(25))
            case .isCutInItsSecret: String(right.prefix(right.count - 100))
            case .isAnotherTenants: another
            case .isAnotherTenantsOfTheFirstForm:
                "daybook key 1\n"
                    + another.split(separator: "\n").dropFirst()
                    .filter { !$0.hasPrefix("after ") && !$0.hasPrefix("check ") }.joined(separator: "\n") + "\n"
            case .isZeros: String(repeating: "\0", count: right.count)
            case .isGone: nil
            }
        guard let bytes else { return try FileManager.default.removeItem(atPath: path) }
        // In its place, so that the mode stays.
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(bytes.utf8))
        try file.close()
    }

    /// Expects that a tenant's job is refused with a sentence that names the file, and that no key is made.
    private func expectRefusal(_ engine: JobEngine, _ tenant: String?, _ path: String, _ option: String) async throws {
        let before = try files(engine.folder!.path).sorted()
        let error = await #expect(throws: LogError.self) { try await tell(engine, tenant) }
        #expect(error?.code == .keyRefused)
        let sentence = error?.description ?? ""
        #expect(sentence.contains(path) && sentence.contains("`daybook keys rotate\(option)`"), "\(sentence)")
        #expect(try files(engine.folder!.path).sorted() == before)
    }

    @Test(arguments: Harm.allCases)
    func `is not replaced by a new one until its file is back`(_ harm: Harm) async throws {
        try await withStoreFolder { folder in
            let first = try open(folder)
            try await tell(first, "zeta")
            let job = try await tell(first, "acme")
            try await first.close()
            let path = try keyFile(folder, "acme")
            let right = try Data(contentsOf: URL(filePath: path))
            try self.harm(path, harm, other: try keyFile(folder, "zeta"))

            let engine = try open(folder)
            try await expectRefusal(engine, "acme", path, " --tenant acme")
            // Nobody else is kept from anything, and who never had a key gets one.
            try await tell(engine, "zeta")
            try await tell(engine, "new")
            try await tell(engine, nil)
            try await expectRefusal(engine, "acme", path, " --tenant acme")

            try right.write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            try await engine.wait {
                try engine.folder!.opened.read { try $0.closedArguments(of: job.id.rawValue) } == nil
            }
            try await tell(engine, "acme")
            #expect(try files(folder).count == 4)
            try await engine.close()
        }
    }

    @Test(arguments: [Harm.isEmpty, .isGone])
    func `is replaced once somebody asks for a new one`(_ harm: Harm) async throws {
        try await withStoreFolder { folder in
            let first = try open(folder)
            try await tell(first, "zeta")
            try await tell(first, "acme")
            let path = try keyFile(folder, "acme")
            try self.harm(path, harm, other: path)
            try await first.close()
            let engine = try open(folder)
            try await expectRefusal(engine, "acme", path, " --tenant acme")
            _ = try engine.folder!.rotateKey(of: "acme", now: .epoch, by: .person("test"), reason: "")
            try await tell(engine, "acme")
            try await tell(engine, "acme")
            try await engine.close()
        }
    }

    @Test(arguments: [Harm.isEmpty, .isGone])
    func `is not replaced where it is for the whole store`(_ harm: Harm) async throws {
        try await withStoreFolder { folder in
            let first = try open(folder, .perStore)
            try await tell(first, "acme")
            try await first.close()
            let path = try #require(try files(folder).first)
            try self.harm(path, harm, other: path)
            let engine = try open(folder, .perStore)
            try await expectRefusal(engine, "acme", path, "")
            try await expectRefusal(engine, nil, path, "")
            try await engine.close()
        }
    }

    @Test func `is looked for in the newest events, further back in doubt, and whatever is not seen is not denied`()
        async throws
    {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            let job = try await tell(engine, "acme").id.rawValue
            for _ in 0..<8 { try await tell(engine, "zeta") }
            let keys = Dictionary(uniqueKeysWithValues: try engine.folder!.keys().map { ($0.tenant, $0.id) })
            let (acme, zeta) = (try #require(keys["acme"]), try #require(keys["zeta"]))
            let use = KeyUse(.tenant, eventsMax: 2, eventsInDoubtMax: 3)
            try engine.storage.stored.read { log in
                func trace(_ tenant: String, isInDoubt: Bool) throws -> KeyTrace {
                    try use.trace(of: tenant, after: 0, isInDoubt: isInDoubt, in: log)
                }
                #expect(try trace("zeta", isInDoubt: false).newest == zeta)
                let seen = try trace("acme", isInDoubt: false)
                #expect(seen.newest == nil && !seen.isWhole)
                #expect(seen.mayBe(acme, of: "acme") && !seen.mayBe(zeta, of: "acme"))
                // What is no good and may be his is refused, what is seen to be another's is not.
                func require(_ file: KeyID, _ trace: KeyTrace) throws {
                    let problem = try #require(try lostFile(file, folder))
                    let loss = KeyLoss(tenant: "acme", folder: folder, hasKey: false, problems: [file: problem])
                    try loss.require({ _ in .missing }, { _ in trace })
                }
                #expect(throws: LogError.self) { try require(acme, seen) }
                #expect(throws: Never.self) { try require(zeta, seen) }
                // Further back at each look, until the job is found.
                while try trace("acme", isInDoubt: true).newest == nil {
                    try #require(try !trace("acme", isInDoubt: false).isWhole)
                }
                #expect(try trace("acme", isInDoubt: false).newest == acme)
                // He was erased since.
                #expect(try use.trace(of: "acme", after: job + 1, isInDoubt: false, in: log).newest == nil)
            }
            try await engine.close()
        }
    }

    @Test func `is not asked for once another may have taken its place unseen`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            try await tell(engine, "acme")
            let use = KeyUse(.tenant, eventsMax: 4, eventsInDoubtMax: 4)
            func newest() throws -> KeyID? {
                try engine.storage.stored.read { log in
                    try use.trace(of: "acme", after: 0, isInDoubt: false, in: log).newest
                }
            }
            #expect(try newest() != nil)
            for _ in 0..<8 { try await tell(engine, "zeta") }
            #expect(try newest() == nil)
            try await engine.close()
        }
    }

    /// What is wrong with the file of a key that was emptied.
    private func lostFile(_ key: KeyID, _ folder: String) throws -> KeyFile.Problem? {
        let keys = try FolderDescriptor(opening: folder + "/keys")
        try harm("\(folder)/keys/\(KeyFile.name(key))", .isEmpty, other: "\(folder)/keys/\(KeyFile.name(key))")
        guard case .problem(let problem)? = try KeyFile.read(key, in: keys) else { return nil }
        return problem
    }

    @Test func `by an erasure is not missed by what comes after`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            try await tell(engine, "acme")
            _ = try engine.erase(tenant: "acme")
            try await tell(engine, "acme")
            #expect(try engine.folder!.keys().count == 1)
            try await engine.close()
        }
    }
}

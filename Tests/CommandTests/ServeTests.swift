import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"]
    .first { (path: String) in access(path, X_OK) == 0 }

@Suite struct `A file for the port` {
    @Test func `that cannot be written is a sentence that says so`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("init")
            let file = "\(daybook.folder)/none/port"
            let ended = try daybook.run("serve", "--listen", "127.0.0.1:0", "--port-file", file)
            #expect(ended.code == 2)
            #expect(ended.error.contains("\(file) cannot be written"), "\(ended.error)")
        }
    }
}

@Suite struct `A server` {
    /// A server that answers, and where.
    private func serve(_ daybook: Daybook, _ options: String...) throws -> (process: ChildProcess, address: String) {
        let file = daybook.folder + "/port"
        unlink(file)
        let server = try daybook.start(["serve", "--listen", "127.0.0.1:0", "--port-file", file] + options)
        try daybook.wait {
            try #require(kill(server.id, 0) == 0)
            return access(file, F_OK) == 0
        }
        return (server, String(decoding: try daybook.contents(of: file), as: UTF8.self).filter { $0 != "\n" })
    }

    @Test func `answers once its port file is there, and ends by a signal`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let (server, address) = try serve(daybook)
            #expect(try ask(address, "GET", "/health").hasPrefix("HTTP/1.1 200 "))
            #expect(try ask(address, "POST", "/api/v1/jobs", [], "{\"name\":\"a\"}").hasPrefix("HTTP/1.1 201 "))
            kill(server.id, SIGTERM)
            #expect(server.finish().code == 0)
            #expect(try daybook.run("jobs", "list").output.contains("enqueued"))
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `that is to stop hands out no more, and waits for what it has handed out`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let (server, address) = try serve(daybook)
            for _ in 0..<2 { _ = try ask(address, "POST", "/api/v1/jobs", [], "{\"name\":\"a\"}") }
            let claim = try ask(address, "POST", "/api/v1/claims", [], "{}")
            let token = try #require(claim.firstMatch(of: /"token":(\d+)/)?.1)
            kill(server.id, SIGTERM)
            try daybook.wait { try !ask(address, "GET", "/ready").hasPrefix("HTTP/1.1 200 ") }
            #expect(try !ask(address, "POST", "/api/v1/claims", [], "{\"wait\":\"0s\"}").contains("\"token\""))
            let path = "/api/v1/claims/\(token)/succeed"
            #expect(try ask(address, "POST", path, [], "{\"result\":7}").hasPrefix("HTTP/1.1 200 "))
            #expect(server.finish().code == 0)
            let counts = try daybook.run("log", "export").lines
            #expect(counts.count { $0.contains("\"kind\":\"succeeded\"") } == 1)
            #expect(counts.count { $0.contains("\"kind\":\"interrupted\"") } == 0)
        }
    }

    @Test func `that is told twice to stop waits for nobody`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let (server, address) = try serve(daybook)
            _ = try ask(address, "POST", "/api/v1/jobs", [], "{\"name\":\"a\"}")
            #expect(try ask(address, "POST", "/api/v1/claims", [], "{}").contains("\"token\""))
            kill(server.id, SIGTERM)
            try daybook.wait { try !ask(address, "GET", "/ready").hasPrefix("HTTP/1.1 200 ") }
            kill(server.id, SIGINT)
            #expect(server.finish().code == 0)
            #expect(try daybook.run("jobs", "list").output.contains("enqueued"))
        }
    }

    @Test func `that others can come to needs somebody to say who may`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
                let ended = try daybook.run("serve", "--listen", address)
                #expect(ended.code == 2)
                #expect(ended.error.contains("--auth-file"))
            }
            #expect(try daybook.run("serve", "--listen", "nowhere").code == 2)
        }
    }

    @Test func `lets in whom its auth file names, which is for its owner alone and read anew when told to`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let file = daybook.folder + "/auth.json"
            let token = try daybook.run("auth", "token", "bot", "--role", "worker", "--auth-file", file).lines[0]
            #expect(token.hasPrefix("daybook_"))
            var facts = stat()
            #expect(stat(file, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
            #expect(try !String(decoding: daybook.contents(of: file), as: UTF8.self).contains(token))
            let (server, address) = try serve(daybook, "--auth-file", file)
            #expect(try ask(address, "GET", "/api/v1/jobs").hasPrefix("HTTP/1.1 401 "))
            let bearer = ["Authorization: Bearer \(token)"]
            #expect(try ask(address, "GET", "/api/v1/jobs", bearer).hasPrefix("HTTP/1.1 200 "))
            #expect(try ask(address, "POST", "/api/v1/queues/a/pause", bearer).hasPrefix("HTTP/1.1 403 "))
            #expect(try daybook.run("auth", "remove", "bot", "--auth-file", file).code == 0)
            kill(server.id, SIGHUP)
            try daybook.wait { try !ask(address, "GET", "/api/v1/jobs", bearer).hasPrefix("HTTP/1.1 200 ") }
            kill(server.id, SIGTERM)
            #expect(server.finish().code == 0)
            let denied = try daybook.run("log", "export").lines.filter { $0.contains("\"kind\":\"denied\"") }
            #expect(denied.contains { $0.contains("person:bot") && $0.contains("queues.change") })
            chmod(file, 0o644)
            let refused = try daybook.run("serve", "--listen", "127.0.0.1:0", "--auth-file", file)
            #expect(refused.code == 2)
            #expect(refused.error.contains("chmod 600"))
        }
    }

    @Test func `names its routes and describes them`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let routes = try daybook.run("routes", "--json").lines
            #expect(routes.contains { $0.contains("/api/v1/jobs/{job}/cancel") && $0.contains("jobs.change") })
            let document = try daybook.run("openapi").output
            let json = try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: Any]
            #expect(json?["openapi"] as? String == "3.1.0")
            let paths = try #require(json?["paths"] as? [String: Any])
            #expect(paths.keys.contains("/api/v1/claims/{token}/succeed"))
        }
    }

    @Test(.enabled(if: python != nil, "there is no python3"))
    func `has work for a worker in another language`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let (server, address) = try serve(daybook)
            let words = "{\"name\":\"word.count\",\"args\":{\"text\":\"to be or not to be\"}}"
            #expect(try ask(address, "POST", "/api/v1/jobs", [], words).hasPrefix("HTTP/1.1 201 "))
            #expect(
                try ask(address, "POST", "/api/v1/jobs", [], "{\"name\":\"word.count\",\"args\":7,\"attempts\":1}")
                    .hasPrefix("HTTP/1.1 201 "))
            let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Docs/Examples/worker.py").path
            let worker = try ChildProcess(
                try #require(python), [bytes(source), bytes("http://\(address)"), bytes("--once")],
                environment: ["PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"])
            let ended = worker.finish()
            #expect(ended.code == 0, "\(ended.error)")
            let jobs = try daybook.run("jobs", "list", "--json").lines
            #expect(jobs.count(where: { $0.contains("\"state\":\"succeeded\"") }) == 1)
            #expect(jobs.count(where: { $0.contains("\"state\":\"failed\"") }) == 1)
            let log = try daybook.run("log", "export").output
            #expect(log.contains("\"result\":{\"words\":6}") || log.contains("\"result\":{\"words\": 6}"))
            #expect(log.contains("TypeError"))
            kill(server.id, SIGTERM)
            #expect(server.finish().code == 0)
        }
    }

    /// Handlers of another program, with the example around them.
    private static let excessive = """
        import importlib.util, sys
        spec = importlib.util.spec_from_file_location("worker", sys.argv[1])
        worker = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(worker)
        def fail(args, run):
            raise RuntimeError("é" * args)
        handlers = {"fail": fail, "make": lambda args, run: "x" * args, "odd": lambda args, run: {1, 2}}
        worker.work(worker.Api(sys.argv[2], None), handlers, [], True)
        """

    @Test(.enabled(if: python != nil, "there is no python3"))
    func `has a worker that outlives errors and results that are too large`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let (server, address) = try serve(daybook)
            for (name, size) in [("fail", 300_000), ("make", 300_000), ("make", 2_000_000), ("odd", 0), ("make", 10)] {
                let body = "{\"name\":\"\(name)\",\"args\":\(size),\"attempts\":1}"
                #expect(try ask(address, "POST", "/api/v1/jobs", [], body).hasPrefix("HTTP/1.1 201 "))
            }
            let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Docs/Examples/worker.py").path
            let worker = try ChildProcess(
                try #require(python), ["-c", Self.excessive, source, "http://\(address)"].map(bytes),
                environment: ["PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"])
            let ended = worker.finish()
            #expect(ended.code == 0, "\(ended.error)")
            let jobs = try daybook.run("jobs", "list", "--json").lines
            #expect(jobs.count(where: { $0.contains("\"state\":\"failed\"") }) == 4)
            #expect(jobs.count(where: { $0.contains("\"state\":\"succeeded\"") }) == 1)
            let log = try daybook.run("log", "export").output
            #expect(log.components(separatedBy: "The job was done, and its result cannot be reported").count == 4)
            kill(server.id, SIGTERM)
            #expect(server.finish().code == 0)
        }
    }
}

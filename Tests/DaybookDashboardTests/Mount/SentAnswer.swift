#if HummingbirdSupport || VaporSupport
    /// An answer as it came over a connection.
    struct SentAnswer {
        let status: Int
        /// With their names in lower case, sorted.
        let fields: [String]
        let body: String

        init(_ text: String) {
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            let lines = parts[0].split(separator: "\r\n")
            status = lines.first.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
            fields = lines.dropFirst().map { line in
                let name = line.prefix { $0 != ":" }
                return "\(name.lowercased()): \(line.dropFirst(name.count + 1).drop { $0 == " " })"
            }.sorted()
            let rest = parts.count > 1 ? String(parts[1]) : ""
            body = fields.contains("transfer-encoding: chunked") ? SentAnswer.withoutChunks(rest) : rest
        }

        /// The answer to a request on a connection of its own.
        static func to(_ request: String, _ port: UInt16) async throws -> SentAnswer {
            try await onThread {
                let connection = try RawConnection(port)
                connection.send(request)
                return SentAnswer(connection.readToEnd())
            }
        }

        subscript(_ name: String) -> String? {
            fields.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
        }

        /// What the dashboard itself says: all but what the connection needs, the date, and numbers drawn by lot.
        var ownFields: [String] {
            let servers = ["date", "connection", "server", "keep-alive", "transfer-encoding", "content-length"]
            return fields.filter { field in !servers.contains { field.hasPrefix("\($0):") } }.map { field in
                field.replacing(/(daybook[^=]*)=[^;]*;/) { "\($0.1)=…;" }
            }
        }

        /// Nothing if the last chunk is missing.
        private static func withoutChunks(_ text: String) -> String {
            var bytes = Array(text.utf8)[...]
            var body: [UInt8] = []
            while let end = bytes.firstIndex(of: 0x0D) {
                guard let count = Int(String(decoding: bytes[..<end], as: UTF8.self), radix: 16) else { return "" }
                let start = end + 2
                guard count > 0 else { return String(decoding: body, as: UTF8.self) }
                guard start + count + 2 <= bytes.endIndex else { return "" }
                body += bytes[start..<start + count]
                bytes = bytes[(start + count + 2)...]
            }
            return ""
        }
    }
#endif

private let word = "@unchecked Sendable"

extension Rule {
    static let reasons = Rule(
        "what the compiler does not check has its reason beside it",
        in: Scope.swift,
        refuses: [
            ["A.swift": "final class A: \(word) {}"],
            ["A.swift": "// Guarded by the lock.\n\nfinal class A: \(word) {}"],
            ["A.swift": "/// A.\nvar b = 1\nfinal class A: \(word) {} //"],
            ["A.swift": "// MARK\nfinal class A: \(word) {}"],
            ["A.swift": "nonisolated(unsafe) var a = 1"],
            ["A.swift": "let url = \"http://a\"\nnonisolated(unsafe) var a = 1"],
        ],
        accepts: [
            ["A.swift": "// Guarded by the lock.\nfinal class A: \(word) {}"],
            ["A.swift": "final class A: \(word) {  // Guarded by the lock."],
            ["A.swift": "// Guarded by the\n// lock.\nfinal class A: \(word) {}"],
            ["A.swift": "/// Guarded by the lock.\n@available(macOS 15, *)\nfinal class A: \(word) {}"],
            ["A.swift": "    // Set once, before any thread starts.\n    nonisolated(unsafe) static var a = 1"],
            ["A.swift": "// A class is not \(word).\nlet text = \"\(word)\""],
        ]
    ) { file in
        file.findings(of: #"@unchecked\s+Sendable\b|\bnonisolated\(unsafe\)"#) { $0 + " needs a comment that says why" }
            .filter { finding in !hasReason(file, line: finding.line ?? 0) }
    }

    private static func hasReason(_ file: SourceFile, line: Int) -> Bool {
        if hasComment(file, at: line - 1) { return true }
        let above = file.lines[..<(line - 1)].indices.reversed()
        // Attributes may stand between the comment and the declaration, and the comment may have several lines.
        let comment = above.drop { file.lines[$0].contains(pattern: #"^\s*@[\w(]"#) }
            .prefix { file.lines[$0].contains(pattern: #"^\s*//"#) }
        return comment.contains { hasComment(file, at: $0) }
    }

    /// Whether two words of a comment stand on the line: what the text has and the code has not.
    private static func hasComment(_ file: SourceFile, at index: Int) -> Bool {
        guard let swift = file.swift else { return false }
        let code = swift.codeAndStrings.split(separator: "\n", omittingEmptySubsequences: false)[index]
        let comment = file.lines[index].utf8.dropFirst(code.utf8.reversed().drop { $0 == UInt8(ascii: " ") }.count)
        return String(decoding: comment, as: UTF8.self).contains(pattern: #"//+\s*\S+\s+\S+"#)
    }

    /// Each of them was seen to lose acknowledged jobs when the power failed.
    static let lmdbFlags = Rule(
        "no flag weakens LMDB's commit",
        in: { file in
            (file.path.hasPrefix("Sources/") || file.path.hasPrefix("tools/"))
                && file.module != "DaybookLMDB" && ["swift", "c", "h"].contains(file.fileExtension)
        },
        refuses: [
            ["Sources/DaybookLog/A.swift": "let flags = MDB_NOSYNC | MDB_NOTLS"],
            ["Sources/Daybook/A.swift": "let flags = UInt32(MDB_NOMETASYNC)"],
            ["Sources/CDaybookPlatform/a.c": "mdb_env_set_flags(e, MDB_MAPASYNC, 1);"],
            ["tools/DaybookBench/A.swift": "MDB_WRITEMAP"],
            ["Sources/DaybookLog/A.swift": "open(path, flags: [.noSync])"],
        ],
        accepts: [
            ["Sources/DaybookLog/A.swift": "// MDB_NOSYNC is never set.\nlet flags = MDB_NOTLS"],
            ["Sources/DaybookLMDB/A.swift": "let refused = MDB_NOSYNC"],
            ["Tests/DaybookLMDBTests/A.swift": "#expect(flags & MDB_NOSYNC == 0)"],
        ]
    ) { file in
        let pattern = #"\bMDB_(?:NOSYNC|NOMETASYNC|MAPASYNC|WRITEMAP)\b|\.(?:noSync|noMetaSync|mapAsync|writeMap)\b"#
        return file.findings(of: pattern) { "\($0) belongs only where DaybookLMDB refuses it" }
    }
}

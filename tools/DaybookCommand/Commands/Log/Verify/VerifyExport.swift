import DaybookLog
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An export against its own digests and chain, and against checkpoints: no store is needed.
enum VerifyExport {
    static func run(_ path: String, _ kept: KeptFile?, _ call: Invocation, _ context: CommandContext) throws {
        guard !call.has(VerifyLog.full), !call.has(VerifyLog.readOnly),
            !call.isGiven(VerifyLog.acknowledgements.description)
        else {
            throw Failure.wrongCall(
                "--full, --read-only and --acks are about a store; leave them out, or leave out FILE to check the "
                    + "store."
            )
        }
        let checkpoints = try kept.map { try CheckpointFile($0).checkpoints() }
        let findings: [VerifyFinding]
        let report: ExportVerifier.Report?
        do {
            let checked = try check(path, against: checkpoints ?? [], context)
            (report, findings) = (checked, checked.objections)
        } catch let error as LogError where error.code == .damaged {
            (report, findings) = (nil, [VerifyFinding(error.description, at: error.sequence)])
        }
        try context.print { json in
            json.object { write(report, findings, to: &$0) }
        } text: {
            lines(report, findings)
        }
        if !findings.isEmpty { throw Failure(.no, nil) }
    }

    private static func check(
        _ path: String, against checkpoints: [LogCheckpoint], _ context: CommandContext
    ) throws -> ExportVerifier.Report {
        let descriptor = try Files.open(path)
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        let progress = Progress(context.log)
        defer { progress.end() }
        let verifier = ExportVerifier(checkpoints: checkpoints)
        try Files.forEachPiece(of: descriptor, path) { chunk in
            try verifier.feed(chunk)
            progress.update("checking events", verifier.last, of: 0)
        }
        return try verifier.finish()
    }

    private static func lines(_ report: ExportVerifier.Report?, _ findings: [VerifyFinding]) -> [String] {
        guard let report, findings.isEmpty else {
            return ["damaged: \(findings.count) finding\(findings.count == 1 ? "" : "s")"]
                + findings.map { "  \($0.sentence)" }
        }
        let withheld =
            report.withheldPayloads > 0 ? "\(report.withheldPayloads) payloads withheld" : "all payloads there"
        return [
            "good: events 1 to \(report.last) in \(report.commits) commits, \(withheld); "
                + "head \(report.head?.hex ?? "none")"
        ]
    }

    private static func write(
        _ report: ExportVerifier.Report?, _ findings: [VerifyFinding], to json: inout JSONWriter
    ) {
        json.field("verdict", findings.isEmpty ? "good" : "damaged")
        json.field("events", report?.last)
        json.field("commits", report?.commits)
        json.field("withheldPayloads", report?.withheldPayloads)
        json.field("identity", report.map { $0.identity.withUnsafeBytes { Hexadecimal.text($0) } })
        json.field("head", report?.head?.hex)
        json.key("findings")
        json.array { json in
            for finding in findings {
                json.object { json in
                    json.field("seq", finding.sequence)
                    json.field("text", finding.sentence)
                }
            }
        }
    }
}

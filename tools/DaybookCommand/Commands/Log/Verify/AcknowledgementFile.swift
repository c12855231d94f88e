import DaybookLog
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of what `enqueue` printed: the lines `ack JOB SEQ` count, others do not.
enum AcknowledgementFile {
    static func read(_ path: String) throws(Failure) -> [Acknowledgement] {
        let descriptor = try Files.open(path)
        defer { close(descriptor) }
        var acknowledgements: [Acknowledgement] = []
        var lines = LineReader(descriptor, lineBytesMax: 1 << 16)
        while let line = try lines.next(path) {
            // A line without an end was cut off while it was written; nobody was told it whole.
            guard line.isTerminated else { break }
            // What went through another system may come back with its ends of lines.
            let words = line.text.split { $0 == " " || $0.isNewline }
            guard words.first == "ack" else { continue }
            guard words.count == 3, let job = SequenceNumber(words[1]), let sequence = SequenceNumber(words[2]) else {
                throw .wrongCall(
                    "Line \(line.number) of \(path) begins like an acknowledgement and is none: `ack JOB SEQ` is what "
                        + "it should be."
                )
            }
            acknowledgements.append(Acknowledgement(job: job, sequence: sequence))
        }
        return acknowledgements
    }
}

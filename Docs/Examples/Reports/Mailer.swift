import Foundation

/// A letter on its way out.
struct Letter: Sendable, Equatable {
    let to: String
    let subject: String
    let text: String
    /// The same for each time that the same letter is sent.
    var number = ""
}

/// Who sends letters.
protocol Mailer: Sendable {
    func send(_ letter: Letter) async throws
}

/// The machine's own mail program, as postfix, exim and their like bring it.
struct Sendmail: Mailer {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    var program = "/usr/sbin/sendmail"
    var sender = "reports@localhost"

    func send(_ letter: Letter) async throws {
        // From a file: a program that ends before it has read a pipe would end this one, too (SIGPIPE).
        let file = FileManager.default.temporaryDirectory.appending(path: "letter-\(UUID().uuidString)")
        try Data(text(of: letter).utf8).write(to: file, options: .withoutOverwriting)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-i", "-t"]
        process.standardInput = try FileHandle(forReadingFrom: file)
        // Waiting for a process would keep a thread that other jobs need.
        let code = try await withCheckedThrowingContinuation { (end: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { end.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                end.resume(throwing: error)
            }
        }
        guard code == 0 else { throw Failure(description: "\(program) ended with \(code)") }
    }

    private func text(of letter: Letter) -> String {
        """
        From: \(sender)
        To: \(line(letter.to))
        Subject: \(line(letter.subject))
        Message-ID: <daybook-\(line(letter.number))@localhost>
        Content-Type: text/plain; charset=utf-8

        \(letter.text)

        """
    }

    /// A line break in an address would begin another header.
    private func line(_ text: String) -> String { text.filter { !$0.isNewline } }
}

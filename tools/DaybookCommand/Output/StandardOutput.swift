#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Standard output, buffered. Nothing is lost silently: what cannot be written ends the command.
final class StandardOutput {
    private var buffer: [UInt8] = []
    private let descriptor: Int32
    /// Whether something could not be written, so that nobody knows what was.
    private(set) var isBroken = false
    private static let bufferMax = 1 << 16

    init(descriptor: Int32 = STDOUT_FILENO) {
        self.descriptor = descriptor
        buffer.reserveCapacity(StandardOutput.bufferMax)
    }

    func line(_ text: String) throws(Failure) {
        buffer.append(contentsOf: text.utf8)
        try endLine()
    }

    func line(_ bytes: [UInt8]) throws(Failure) {
        buffer.append(contentsOf: bytes)
        try endLine()
    }

    func write(_ bytes: some Sequence<UInt8>) throws(Failure) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= StandardOutput.bufferMax { try flush() }
    }

    private func endLine() throws(Failure) {
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= StandardOutput.bufferMax { try flush() }
    }

    /// Who closed our output has read all that they wanted, so ending is all that is left to do; `closed` is what is
    /// ended with.
    func flush(whenClosed closed: ExitCode = .done) throws(Failure) {
        guard !buffer.isEmpty else { return }
        let code = Descriptor.write(buffer, to: descriptor)
        buffer.removeAll(keepingCapacity: true)
        guard code != 0 else { return }
        isBroken = true
        if code == EPIPE { throw Failure(closed, nil) }
        throw .unusable(
            "Standard output cannot be written (\(Descriptor.text(of: code))); what was printed is not complete.")
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The pipes between a job's child and us: its three streams, and the gate at which it waits until it is written down.
/// A closed end is -1.
struct Pipes {
    struct Ends {
        var read: Int32 = -1
        var write: Int32 = -1
    }

    private(set) var input = Ends()
    private(set) var output = Ends()
    private(set) var error = Ends()
    private(set) var gate = Ends()

    /// False, with `errno`, if there are too few descriptors. No child may be started meanwhile: it would inherit
    /// the ends.
    mutating func open() -> Bool {
        guard Pipes.make(&input), Pipes.make(&output), Pipes.make(&error), Pipes.make(&gate) else {
            let code = errno
            closeAll()
            errno = code
            return false
        }
        for descriptor in [input.write, output.read, error.read] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
        return true
    }

    private static func make(_ ends: inout Ends) -> Bool {
        var pair: [Int32] = [-1, -1]
        guard pipe(&pair) == 0 else { return false }
        for descriptor in pair { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        ends = Ends(read: pair[0], write: pair[1])
        return true
    }

    mutating func closeChildEnds() {
        Pipes.close(&input.read)
        Pipes.close(&output.write)
        Pipes.close(&error.write)
        Pipes.close(&gate.read)
    }

    /// Lets the child begin.
    mutating func openGate() {
        _ = [UInt8(ascii: "\n")].withUnsafeBytes { write(gate.write, $0.baseAddress, $0.count) }
        Pipes.close(&gate.write)
    }

    mutating func closeInput() { Pipes.close(&input.write) }

    mutating func closeAll() {
        closeChildEnds()
        closeInput()
        Pipes.close(&output.read)
        Pipes.close(&error.read)
        Pipes.close(&gate.write)
    }

    /// Writes what the child will take. False if it takes no more.
    mutating func feed(_ bytes: [UInt8], _ sent: inout Int) -> Bool {
        let count = bytes[sent...].withUnsafeBytes { write(input.write, $0.baseAddress, $0.count) }
        if count >= 0 { sent += count }
        return count >= 0 || errno == EAGAIN || errno == EINTR
    }

    /// Keeps the first `max` bytes; the rest is read and dropped.
    mutating func drainOutput(into bytes: inout [UInt8], max: Int) {
        Pipes.drain(&output.read) { bytes.append(contentsOf: $0.prefix(Swift.max(0, max - bytes.count))) }
    }

    /// Keeps the last `count` bytes, for it is at the end that errors say what they are, and lets `lines` see all.
    mutating func drainError(into bytes: inout [UInt8], keeping count: Int, _ lines: inout ShellLines) {
        Pipes.drain(&error.read) {
            bytes.append(contentsOf: $0)
            lines.add($0)
        }
        if bytes.count > 2 * count { bytes.removeFirst(bytes.count - count) }
    }

    private static func drain(_ descriptor: inout Int32, _ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { buffer in
            let count = Int(read(descriptor, buffer.baseAddress, buffer.count))
            if count > 0 {
                body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                close(&descriptor)
            }
        }
    }

    private static func close(_ descriptor: inout Int32) {
        guard descriptor != -1 else { return }
        #if canImport(Glibc)
            Glibc.close(descriptor)
        #else
            Darwin.close(descriptor)
        #endif
        descriptor = -1
    }
}

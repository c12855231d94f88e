#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reading and writing of file descriptors, whole and undisturbed by signals.
enum Descriptor {
    /// Writes everything; answers 0 or the error's number.
    static func write(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Int32 {
        let code = bytes.withContiguousStorageIfAvailable { write(UnsafeRawBufferPointer($0), to: descriptor) }
        return code ?? Array(bytes).withUnsafeBytes { write($0, to: descriptor) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var written = 0
        while written < bytes.count {
            let count = systemWrite(descriptor, bytes.baseAddress! + written, bytes.count - written)
            if count > 0 {
                written += count
            } else if count < 0, errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wait, 1, -1)
            } else if count < 0, errno != EINTR {
                return errno
            }
        }
        return 0
    }

    /// Appends what can be read at once, at most `count` bytes; waits for the first. Answers how many, or the error's
    /// number below zero.
    static func read(_ descriptor: Int32, count: Int, into bytes: inout [UInt8]) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        while true {
            let got = bytes.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress! + start, count) }
            if got >= 0 {
                bytes.removeLast(count - got)
                return got
            }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&wait, 1, -1)
                continue
            }
            bytes.removeLast(count)
            return -Int(code)
        }
    }

    /// Whether a read would find something, or the end, without waiting.
    static func isReadable(_ descriptor: Int32, withinMilliseconds milliseconds: Int32 = 0) -> Bool {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, milliseconds) > 0
    }

    /// Waits, at most so long, until whoever reads `descriptor` has gone away; answers whether that is so.
    @discardableResult
    static func waitUntilUnread(_ descriptor: Int32, milliseconds: Int32) -> Bool {
        var wait = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&wait, 1, milliseconds) > 0
    }

    /// What the system calls this error.
    static func text(of code: Int32) -> String { String(cString: strerror(code)) }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Flushes the file or folder at `path` to stable storage. Returns 0 or an `errno`.
func flush(_ path: String) -> Int32 {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    return fsync(descriptor) == 0 ? 0 : errno
}

/// The system's `close`, under a name that a type with a `close` of its own can call. Returns 0 or an `errno`.
func closeDescriptor(_ descriptor: Int32) -> Int32 {
    close(descriptor) == 0 ? 0 : errno
}

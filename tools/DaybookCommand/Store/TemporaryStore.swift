#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A store made of an export for the time of one command, in the folder for temporary files. It is removed when
/// nobody holds it any more.
final class TemporaryStore {
    let folder: String

    init(importing file: String, _ context: CommandContext) throws {
        let parent = Surroundings.variable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(parent)/daybook-replay-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure.unusable(
                "A folder for temporary files cannot be made in \(parent) (\(Descriptor.text(of: errno))); "
                    + "set TMPDIR to a folder that can be written.")
        }
        folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        do {
            _ = try ImportLog.makeStore(of: file, in: folder, context)
        } catch {
            Files.remove(folder)
            throw error
        }
    }

    deinit { Files.remove(folder) }
}

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
        var template = Array("\(TemporaryPlace.folder)/daybook-replay-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TemporaryPlace.cannotMake("folder", errno) }
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

import DaybookLog

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
            let lacksRoom = TemporaryStore.lacksRoom(error)
            Files.remove(folder)
            throw lacksRoom ? TemporaryPlace.cannotUse("store", ENOSPC) : error
        }
    }

    /// Asked while what has filled the folder is still there.
    private static func lacksRoom(_ error: any Error) -> Bool {
        if (error as? LogError)?.code == .diskFull { return true }
        return Failure(error).code == .unusable && DiskSpace.isFull(TemporaryPlace.folder)
    }

    deinit { Files.remove(folder) }
}

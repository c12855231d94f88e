internal import Synchronization

/// The folders that this process has open. A second opening would cost the first its locks.
enum OpenFolders {
    fileprivate struct Key: Hashable {
        let device: UInt64
        let number: UInt64
    }

    fileprivate static let open = Mutex<Set<Key>>([])

    /// Holds the place of one open folder until the end of its life.
    final class Place: Sendable {
        private let key: Key

        fileprivate init(_ key: Key) {
            self.key = key
        }

        deinit { _ = OpenFolders.open.withLock { $0.remove(key) } }
    }

    static func take(_ folder: FolderDescriptor) throws(LogError) -> Place {
        let status = try folder.status()
        let key = Key(device: status.device, number: status.number)
        guard open.withLock({ $0.insert(key).inserted }) else {
            throw LogError(
                .unusable,
                "This process has \(folder.path) open already. Use that store, or close it before opening it again.")
        }
        return Place(key)
    }
}

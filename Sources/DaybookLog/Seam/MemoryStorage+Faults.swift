internal import DaybookModel

internal import Synchronization

/// What a bad disk does to a store.
extension MemoryStorage {
    /// The store as it was when this was taken: `restore` forgets all that was written since, as a disk does that said
    /// it had flushed and had not.
    package struct Past: Sendable {
        fileprivate let content: MemoryContent
    }

    package var past: Past { Past(content: content.withLock { $0 }) }

    package func restore(_ past: Past) {
        content.withLock { $0 = past.content }
    }

    /// Damages an event, as a bad disk would.
    func damage(event sequence: SequenceNumber, _ change: (UnsafeMutableRawBufferPointer) -> Void) {
        content.withLock { $0.events.damage(sequence, change) }
    }
}

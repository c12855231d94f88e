import Foundation
import Synchronization

// What tools/lib/steps/thread-sanitizer tries the sanitizer on. Two threads wait for each other and then count together:
// `guarded` under a mutex, which has to be right in its eyes, `unguarded` without, which has to be found.

final class Count: @unchecked Sendable {
    let begun = Atomic(0)
    let ended = Atomic(0)
    let mutex = Mutex(0)
    /// Nothing guards it: that is the mistake to be found.
    var unguarded = 0

    func run(isGuarded: Bool) {
        begun.add(1, ordering: .sequentiallyConsistent)
        while begun.load(ordering: .sequentiallyConsistent) < 2 { sched_yield() }
        // Often under the mutex, so that they meet there. Once without: of what is long past the sanitizer has forgotten
        // where it was, and says nothing.
        if isGuarded {
            for _ in 0..<1_000_000 { mutex.withLock { $0 += 1 } }
        } else {
            unguarded += 1
        }
        ended.add(1, ordering: .sequentiallyConsistent)
    }
}

@main
struct Control {
    static func main() {
        let isGuarded = CommandLine.arguments.dropFirst() == ["guarded"]
        let count = Count()
        for _ in 0..<2 { Thread.detachNewThread { count.run(isGuarded: isGuarded) } }
        while count.ended.load(ordering: .sequentiallyConsistent) < 2 { sched_yield() }
        print(isGuarded ? count.mutex.withLock { $0 } : count.unguarded)
    }
}

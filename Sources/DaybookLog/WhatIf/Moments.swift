internal import DaybookModel

/// When something about a job is to happen, such as the end of a run.
struct Moment: Comparable {
    let at: Instant
    let job: SequenceNumber
    let token: SequenceNumber

    static func < (left: Moment, right: Moment) -> Bool {
        (left.at.microseconds, left.token) < (right.at.microseconds, right.token)
    }
}

/// What is to happen, the next first: a binary heap.
struct Moments {
    private var heap: [Moment] = []

    var next: Instant? { heap.first?.at }
    var first: Moment? { heap.first }

    /// All through `now`, in order.
    mutating func take(through now: Instant) -> [Moment] {
        var taken: [Moment] = []
        while let first = heap.first, first.at <= now {
            taken.append(first)
            removeFirst()
        }
        return taken
    }

    mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        sink()
    }

    mutating func add(_ moment: Moment) {
        heap.append(moment)
        var place = heap.count - 1
        while place > 0, heap[place] < heap[(place - 1) / 2] {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != place else { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}

/// Numbers that look drawn and follow from what is given alone. (SplitMix64's last step, once for each.)
enum Draw {
    static func of(_ seed: UInt64, _ numbers: UInt64...) -> UInt64 {
        numbers.reduce(mixed(seed &+ 0x9E37_79B9_7F4A_7C15)) { mixed($0 ^ mixed($1 &+ 0x9E37_79B9_7F4A_7C15)) }
    }

    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

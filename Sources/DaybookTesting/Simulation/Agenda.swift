/// What will happen by itself, and when.
struct Agenda {
    enum Action {
        case start(slot: Int)
        case crash(VirtualProcess)
        case clock(Int64)
        case chaos
    }

    /// The next stands last.
    private var entries: [(at: UInt64, action: Action)] = []

    var next: UInt64? { entries.last?.at }

    mutating func add(_ action: Action, at instant: UInt64) {
        let index = entries.firstIndex { $0.at <= instant } ?? entries.count
        entries.insert((instant, action), at: index)
    }

    mutating func takeDue(_ now: UInt64) -> Action? {
        guard let last = entries.last, last.at <= now else { return nil }
        return entries.removeLast().action
    }
}

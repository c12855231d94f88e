internal import CDaybookPlatform

extension WakePage {
    /// Who holds the write lock. Two values differ if it changed hands in between, or came back to the same process
    /// later.
    struct Holder: Equatable {
        let word: UInt64

        init(processID: Int32, atNanoseconds now: UInt64) {
            word = UInt64(UInt32(bitPattern: processID)) << 32 | (now / 1_000_000) & 0xFFFF_FFFF
        }

        init(word: UInt64) {
            self.word = word
        }

        var processID: Int32 { Int32(truncatingIfNeeded: word >> 32) }

        /// How long it has been holding it, up to 49 days.
        func heldMilliseconds(atNanoseconds now: UInt64) -> UInt32 {
            UInt32(truncatingIfNeeded: now / 1_000_000) &- UInt32(truncatingIfNeeded: word)
        }
    }

    /// The process that holds the write lock and has said so; nil if none has.
    var holder: Holder? {
        let word = page.load64(Offset.holder)
        return word == 0 ? nil : Holder(word: word)
    }

    /// The pid that holds the write lock, and since how many milliseconds.
    package var writer: (processID: Int32, heldMilliseconds: UInt32)? {
        holder.map { ($0.processID, $0.heldMilliseconds(atNanoseconds: MonotonicClock.nowNanoseconds)) }
    }

    var turns: UInt32 { page.load32(Offset.turns) }

    /// Says that this process holds the write lock now. Answers the number of its turn.
    func announce(_ holder: Holder) -> UInt32 {
        page.store64(holder.word, at: Offset.holder)
        let turn = page.add32(1, at: Offset.turns) &+ 1
        if page.load32(Offset.yielders) > 0 { wake(Offset.turns) }
        return turn
    }

    /// Takes the announcement back, unless the next one has made its own already.
    func withdraw(_ holder: Holder) {
        _ = page.exchange64(holder.word, for: 0, at: Offset.holder)
    }

    /// Waits until somebody has got the lock after turn `turn`, at most so long. False if nobody has.
    func waitForNextTurn(after turn: UInt32, timeoutNanoseconds: UInt64) -> Bool {
        page.add32(1, at: Offset.yielders)
        defer { page.add32(.max, at: Offset.yielders) }
        return waitForChange(Offset.turns, from: turn, timeoutNanoseconds) != turn
    }
}

/// The places where processes stand that wait for the write lock.
extension WakePage {
    /// Takes a free place; nil if there is none, which costs nothing but fairness.
    func queueUp(_ processID: Int32) -> Int? {
        let pid = UInt32(bitPattern: processID)
        for step in 0..<WakePage.places {
            let place = (Int(pid) + step) % WakePage.places
            if page.exchange32(0, for: pid, at: offset(of: place)) { return place }
        }
        return nil
    }

    func leaveQueue(_ place: Int, _ processID: Int32) {
        _ = page.exchange32(UInt32(bitPattern: processID), for: 0, at: offset(of: place))
    }

    /// The pids that wait, with their places.
    var queue: [(place: Int, processID: Int32)] {
        (0..<WakePage.places).compactMap { place in
            let pid = page.load32(offset(of: place))
            return pid == 0 ? nil : (place, Int32(bitPattern: pid))
        }
    }

    var isSomebodyWaiting: Bool {
        (0..<WakePage.places).contains { page.load32(offset(of: $0)) != 0 }
    }

    private func offset(of place: Int) -> Int { Offset.waiting + 4 * place }
}

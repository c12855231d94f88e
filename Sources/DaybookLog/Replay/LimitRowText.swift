internal import DaybookModel

extension JSONObject {
    /// A row of `limits`; false if it is none.
    mutating func limit(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        let isTime = key.first == 4 || key.first == 5
        guard key.count > (isTime ? 9 : 1),
            let scope = String(validating: key[(isTime ? 9 : 1)...], as: UTF8.self)
        else { return false }
        text("scope", scope)
        switch key[0] {
        case 1:
            guard let limit = Limit(value) else { return false }
            if let concurrency = limit.concurrency { number("concurrency", concurrency) }
            flag("serial", limit.keepsOrder)
            if let rate = limit.rate {
                number("rate", rate.count)
                number("windowMicroseconds", rate.microseconds)
                flag("sliding", rate.window == .sliding)
            }
            if let weight = limit.weight { number("weight", weight) }
        case 2:
            guard let state = LimitState(value), state.encoded().elementsEqual(value) else { return false }
            number("held", state.held)
            number("waiting", state.waiting)
            text("candidates", state.candidateText)
        case 3:
            guard let state = RateState(value), state.encoded().elementsEqual(value) else { return false }
            text("starts", state.countText)
            if let opens = state.opens { text("opens", "\(opens)") }
        case 4, 5:
            guard value.isEmpty else { return false }
            let instant = key[1..<9].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } ^ (1 << 63)
            text(key[0] == 4 ? "opens" : "ends", "\(Instant(microseconds: Int64(bitPattern: instant)))")
        case 6:
            guard let last = String(validating: value, as: UTF8.self) else { return false }
            text("lookedAt", last)
        default: return false
        }
        return true
    }

    /// A row of `limitWaits`; false if it is none.
    mutating func limitWait(_ key: UnsafeRawBufferPointer) -> Bool {
        guard key.count > 15, key[key.count - 15] == 0,
            let scope = String(validating: key[..<(key.count - 15)], as: UTF8.self)
        else {
            return false
        }
        func unsigned(_ range: Range<Int>) -> UInt64 { key[range].reduce(0) { $0 << 8 | UInt64($1) } }
        text("scope", scope)
        number("lane", unsigned(key.count - 14..<key.count - 8))
        number("job", unsigned(key.count - 8..<key.count))
        return true
    }

    /// A row of `jobLimits`; false if it is none.
    mutating func jobLimits(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 8, let row = JobLimits(value), row.encoded().elementsEqual(value) else { return false }
        number("job", RowKey(key).first)
        if row.standing.holds != 0 { number("holds", row.standing.holds) }
        if let waiting = row.standing.waiting { number("waiting", waiting) }
        if let candidate = row.standing.candidate { number("candidate", candidate) }
        text("scopes", row.scopes.joined(separator: " "))
        return true
    }
}

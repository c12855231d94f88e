/// The rows of limits. A scope's row is there while there is something to say, so that a million keys may come and go.
package enum LimitRows {
    private static let ruleKind: UInt8 = 1
    private static let stateKind: UInt8 = 2
    private static let rateKind: UInt8 = 3
    private static let openingKind: UInt8 = 4
    private static let endKind: UInt8 = 5
    private static let groupKind: UInt8 = 6

    // MARK: Rules

    package static func rule(_ scope: String, in ledgers: any Ledgers) throws -> Limit? {
        try withKey(ruleKind, scope) { try ledgers.read(.limits, $0) { Limit($0) } } ?? nil
    }

    /// The rule that holds for a scope: its own, or its group's.
    package static func effectiveRule(_ scope: String, in ledgers: any Ledgers) throws -> Limit? {
        if let own = try rule(scope, in: ledgers) { return own }
        return try LimitScope.group(of: scope).flatMap { try rule($0, in: ledgers) }
    }

    /// The rule in a row that was found without the ledgers around it.
    package static func rule(
        inRow key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) -> (scope: String, limit: Limit)? {
        guard key.count > 1, key[0] == ruleKind, let limit = Limit(value) else { return nil }
        return (String(decoding: key[1...], as: UTF8.self), limit)
    }

    static func hasRule(from prefix: String, in ledgers: any Ledgers) throws -> Bool {
        var found = false
        try forEachRule(from: prefix, in: ledgers) { scope, _ in
            found = scope.hasPrefix(prefix)
            return false
        }
        return found
    }

    /// Calls `body` with the rules from a scope on, for as long as it answers true.
    package static func forEachRule(
        from first: String = "", in ledgers: any Ledgers, _ body: (String, Limit) throws -> Bool
    ) throws {
        try withKey(ruleKind, first) { start in
            try ledgers.scan(.limits, from: start) { key, value in
                guard key[0] == ruleKind, let limit = Limit(value) else { return false }
                return try body(String(decoding: key[1...], as: UTF8.self), limit)
            }
        }
    }

    static func setRule(_ scope: String, _ limit: Limit?, in ledgers: any Ledgers) throws {
        let old = try rule(scope, in: ledgers)
        try replace(ruleKind, scope, old?.encoded, by: limit?.encoded, in: ledgers)
    }

    /// The last key of a group that has been looked at since the group's rule changed; nil if all have been.
    static func lookedAt(_ group: String, in ledgers: any Ledgers) throws -> String? {
        try withKey(groupKind, group) { try ledgers.read(.limits, $0) { String(decoding: $0, as: UTF8.self) } }
    }

    static func setLookedAt(_ group: String, _ last: String?, in ledgers: any Ledgers) throws {
        let old = try lookedAt(group, in: ledgers)
        guard old != last else { return }
        try replace(groupKind, group, old.map { Array($0.utf8) }, by: last.map { Array($0.utf8) }, in: ledgers)
    }

    // MARK: States

    package static func state(_ scope: String, in ledgers: any Ledgers) throws -> LimitState {
        try withKey(stateKind, scope) { try ledgers.read(.limits, $0) { LimitState($0) } ?? nil } ?? LimitState()
    }

    /// Calls `body` with the scopes that begin so and have something to say, for as long as it answers true.
    package static func forEachState(
        _ prefix: String, in ledgers: any Ledgers, _ body: (String, LimitState) throws -> Bool
    ) throws {
        try withKey(stateKind, prefix) { start in
            try ledgers.scan(.limits, from: start) { key, value in
                guard key.starts(with: start), let state = LimitState(value) else { return false }
                return try body(String(decoding: key[1...], as: UTF8.self), state)
            }
        }
    }

    static func setState(
        _ scope: String, _ new: LimitState, replacing old: LimitState, in ledgers: any Ledgers
    ) throws {
        guard new != old else { return }
        try withKey(stateKind, scope) { key in
            try old.withRow { old in
                try new.withRow { try replace(.limits, key, old, by: $0, in: ledgers) }
            }
        }
    }

    // MARK: Rates

    package static func rate(_ scope: String, in ledgers: any Ledgers) throws -> RateState {
        try withKey(rateKind, scope) { try ledgers.read(.limits, $0) { RateState($0) } ?? nil } ?? RateState()
    }

    static func setRate(
        _ scope: String, _ new: RateState, replacing old: RateState, in ledgers: any Ledgers
    ) throws {
        guard new != old else { return }
        try replace(
            rateKind, scope, old.isEmpty ? nil : old.encoded(), by: new.isEmpty ? nil : new.encoded(), in: ledgers)
        try moveTime(openingKind, scope, old.opens, new.opens, in: ledgers)
        try moveTime(endKind, scope, old.ends, new.ends, in: ledgers)
    }

    private static func moveTime(
        _ kind: UInt8, _ scope: String, _ old: Instant?, _ new: Instant?, in ledgers: any Ledgers
    ) throws {
        guard new != old else { return }
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        if let old {
            try timeKey(kind, old, scope).withUnsafeBytes { try ledgers.remove(.limits, $0, old: nothing) }
        }
        if let new {
            try timeKey(kind, new, scope).withUnsafeBytes { try ledgers.put(.limits, $0, nothing, replacing: nil) }
        }
    }

    /// Up to two scopes of which nothing counts any more.
    static func endedRates(at now: Instant, in ledgers: any Ledgers) throws -> [String] {
        var ended: [String] = []
        try forEachTime(endKind, in: ledgers) { instant, scope in
            guard instant <= now else { return false }
            ended.append(scope)
            return ended.count < 2
        }
        return ended
    }

    /// Calls `body` with the scopes whose windows open, the earliest first, for as long as it answers true.
    package static func forEachOpening(
        in ledgers: any Ledgers, _ body: (Instant, String) throws -> Bool
    ) throws {
        try forEachTime(openingKind, in: ledgers, body)
    }

    private static func forEachTime(
        _ kind: UInt8, in ledgers: any Ledgers, _ body: (Instant, String) throws -> Bool
    ) throws {
        try [kind].withUnsafeBytes { start in
            try ledgers.scan(.limits, from: start) { key, _ in
                guard key[0] == kind, key.count > 9 else { return false }
                let instant = Instant(microseconds: Int64(bitPattern: RowKey.bigEndian(key[1..<9]) ^ (1 << 63)))
                return try body(instant, String(decoding: key[9...], as: UTF8.self))
            }
        }
    }

    private static func timeKey(_ kind: UInt8, _ instant: Instant, _ scope: String) -> [UInt8] {
        var key = [kind]
        withUnsafeBytes(of: (UInt64(bitPattern: instant.microseconds) ^ (1 << 63)).bigEndian) { key += $0 }
        return key + Array(scope.utf8)
    }

    private static func replace(
        _ kind: UInt8, _ scope: String, _ old: [UInt8]?, by new: [UInt8]?, in ledgers: any Ledgers
    ) throws {
        try withKey(kind, scope) { key in
            try withBytes(of: old) { old in
                try withBytes(of: new) { try replace(.limits, key, old, by: $0, in: ledgers) }
            }
        }
    }

    private static func withBytes<R>(
        of bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws -> R
    ) rethrows -> R {
        guard let bytes else { return try body(nil) }
        return try bytes.withUnsafeBytes { try body($0) }
    }

    private static func replace(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer?,
        by new: UnsafeRawBufferPointer?, in ledgers: any Ledgers
    ) throws {
        if let new {
            try ledgers.put(table, key, new, replacing: old)
        } else if let old {
            try ledgers.remove(table, key, old: old)
        }
    }

    // MARK: Jobs

    package static func job(_ job: SequenceNumber, in ledgers: any Ledgers) throws -> JobLimits? {
        try RowKey.number(job).withBytes { try ledgers.read(.jobLimits, $0) { JobLimits($0) } } ?? nil
    }

    /// Writes what the job's row says, or takes it out.
    static func setJob(
        _ job: SequenceNumber, _ new: UnsafeRawBufferPointer?, replacing old: UnsafeRawBufferPointer?,
        in ledgers: any Ledgers
    ) throws {
        try RowKey.number(job).withBytes { try replace(.jobLimits, $0, old, by: new, in: ledgers) }
    }

    // MARK: Waits

    static func addWait(_ scope: String, _ lane: UInt64, _ job: SequenceNumber, in ledgers: any Ledgers) throws {
        try withWaitKey(scope, lane, job) {
            try ledgers.put(.limitWaits, $0, UnsafeRawBufferPointer(start: nil, count: 0), replacing: nil)
        }
    }

    static func removeWait(_ scope: String, _ lane: UInt64, _ job: SequenceNumber, in ledgers: any Ledgers) throws {
        try withWaitKey(scope, lane, job) {
            try ledgers.remove(.limitWaits, $0, old: UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    /// Calls `body` with what waits for a scope, from a lane on and behind a job of it, in order, for as long as it
    /// answers true.
    package static func forEachWait(
        _ scope: String, fromLane lane: UInt64 = 0, after job: SequenceNumber = 0, in ledgers: any Ledgers,
        _ body: (UInt64, SequenceNumber) throws -> Bool
    ) throws {
        try withWaitKey(scope, lane, job + 1) { first in
            let prefix = first.count - waitBytes
            try ledgers.scan(.limitWaits, from: first) { key, _ in
                guard key.count == first.count, key[..<prefix].elementsEqual(first[..<prefix]) else { return false }
                return try body(
                    RowKey.bigEndian(key[prefix..<prefix + 6]), RowKey.bigEndian(key[prefix + 6..<prefix + waitBytes]))
            }
        }
    }

    /// Calls `body` with what waits for a scope in one queue and priority, behind a job, the oldest first, for as long
    /// as it answers true.
    package static func forEachWait(
        _ scope: String, in lane: UInt64, after job: SequenceNumber = 0, of ledgers: any Ledgers,
        _ body: (SequenceNumber) throws -> Bool
    ) throws {
        try forEachWait(scope, fromLane: lane, after: job, in: ledgers) { try $0 == lane && body($1) }
    }

    /// The queues and priorities in which somebody waits for a scope, by what stands for their priority, the highest
    /// first.
    package static func waitingLanes(
        _ scope: String, in ledgers: any Ledgers
    ) throws -> [(rank: UInt64, lanes: [UInt64])] {
        var ranks: [UInt64: [UInt64]] = [:]
        var start: UInt64? = 0
        while let lane = start {
            start = nil
            try forEachWait(scope, fromLane: lane, in: ledgers) { lane, _ in
                ranks[JobRecord.rank(ofLane: lane), default: []].append(lane)
                start = lane + 1
                return false
            }
        }
        return ranks.sorted { $0.key < $1.key }.map { (rank: $0.key, lanes: $0.value) }
    }

    /// The next scope in whose list something waits, of those that begin so and come after `last`.
    package static func nextWaiting(_ prefix: String, after last: String?, in ledgers: any Ledgers) throws -> String? {
        // Behind a scope's own rows, whose texts end with a zero.
        let start = last.map { Array($0.utf8) + [1] } ?? Array(prefix.utf8)
        var found: String?
        try start.withUnsafeBytes { first in
            try ledgers.scan(.limitWaits, from: first) { key, _ in
                guard key.count > 15 else { return false }
                let scope = String(decoding: key[..<(key.count - 15)], as: UTF8.self)
                if scope.hasPrefix(prefix) { found = scope }
                return false
            }
        }
        return found
    }

    /// What stands in a key behind its scope and a zero: six bytes of the lane, and the job.
    private static let waitBytes = 14

    private static func withWaitKey<R>(
        _ scope: String, _ lane: UInt64, _ job: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        let length = scope.utf8.count
        return try withUnsafeTemporaryAllocation(byteCount: length + 1 + waitBytes, alignment: 1) { key in
            key.copyBytes(from: scope.utf8)
            key[length] = 0
            for byte in 0..<6 { key[length + 1 + byte] = UInt8(truncatingIfNeeded: lane >> (40 - 8 * byte)) }
            key.storeBytes(of: job.bigEndian, toByteOffset: length + 7, as: UInt64.self)
            return try body(UnsafeRawBufferPointer(key))
        }
    }

    private static func withKey<R>(
        _ kind: UInt8, _ scope: String, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        try withUnsafeTemporaryAllocation(byteCount: 1 + scope.utf8.count, alignment: 1) { key in
            key[0] = kind
            UnsafeMutableRawBufferPointer(rebasing: key[1...]).copyBytes(from: scope.utf8)
            return try body(UnsafeRawBufferPointer(key))
        }
    }
}

extension Limit {
    fileprivate var encoded: [UInt8] {
        var bytes = withUnsafeBytes(of: UInt32(clamping: concurrency ?? 0).littleEndian) { Array($0) }
        bytes.append(keepsOrder ? 1 : 0)
        if let rate {
            withUnsafeBytes(of: UInt32(clamping: rate.count).littleEndian) { bytes += $0 }
            withUnsafeBytes(of: rate.microseconds.littleEndian) { bytes += $0 }
            bytes.append(rate.window == .sliding ? 1 : 0)
        }
        if let weight { withUnsafeBytes(of: UInt16(clamping: weight).littleEndian) { bytes += $0 } }
        return bytes
    }

    private static let plainBytes = 5
    private static let rateBytes = 13
    private static let weightBytes = 2

    package init?(_ bytes: UnsafeRawBufferPointer) {
        let further = bytes.count - Limit.plainBytes
        let hasRate = further >= Limit.rateBytes
        let hasWeight = further == (hasRate ? Limit.rateBytes : 0) + Limit.weightBytes
        guard further >= 0, further == (hasRate ? Limit.rateBytes : 0) + (hasWeight ? Limit.weightBytes : 0),
            bytes[4] <= 1
        else { return nil }
        let concurrency = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        self.init(concurrency: concurrency == 0 ? nil : concurrency, keepsOrder: bytes[4] == 1)
        if hasWeight {
            weight = Int(
                UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 2, as: UInt16.self)))
        }
        guard hasRate else { return }
        rate = Rate(
            count: Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 5, as: UInt32.self))),
            microseconds: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 9, as: Int64.self)),
            window: bytes[17] == 1 ? .sliding : .fixed)
    }
}

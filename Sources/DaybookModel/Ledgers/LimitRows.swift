/// The rows of limits. A scope's row is there while there is something to say, so that a million keys may come and go.
package enum LimitRows {
    private static let ruleKind: UInt8 = 1
    private static let stateKind: UInt8 = 2

    // MARK: Rules

    package static func rule(_ scope: String, in ledgers: any Ledgers) throws -> Limit? {
        try withKey(ruleKind, scope) { try ledgers.read(.limits, $0) { Limit($0) } } ?? nil
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

    static func change(
        _ scope: String, in ledgers: any Ledgers, _ change: (inout LimitState) -> Void
    ) throws {
        let old = try state(scope, in: ledgers)
        var new = old
        change(&new)
        guard new != old else { return }
        try replace(
            stateKind, scope, old.isEmpty ? nil : old.encoded(), by: new.isEmpty ? nil : new.encoded(), in: ledgers)
    }

    private static func replace(
        _ kind: UInt8, _ scope: String, _ old: [UInt8]?, by new: [UInt8]?, in ledgers: any Ledgers
    ) throws {
        try withKey(kind, scope) { key in
            switch (old, new) {
            case (nil, nil): break
            case (nil, let new?): try new.withUnsafeBytes { try ledgers.put(.limits, key, $0, replacing: nil) }
            case (let old?, nil): try old.withUnsafeBytes { try ledgers.remove(.limits, key, old: $0) }
            case (let old?, let new?):
                try old.withUnsafeBytes { old in
                    try new.withUnsafeBytes { try ledgers.put(.limits, key, $0, replacing: old) }
                }
            }
        }
    }

    // MARK: Jobs

    package static func job(_ job: SequenceNumber, in ledgers: any Ledgers) throws -> JobLimits? {
        try RowKey.number(job).withBytes { try ledgers.read(.jobLimits, $0) { JobLimits($0) } } ?? nil
    }

    static func setJob(
        _ job: SequenceNumber, _ limits: JobLimits?, replacing old: JobLimits?, in ledgers: any Ledgers
    ) throws {
        guard limits != old else { return }
        try RowKey.number(job).withBytes { key in
            let old = old?.encoded()
            guard let limits else {
                return try old?.withUnsafeBytes { try ledgers.remove(.jobLimits, key, old: $0) } ?? ()
            }
            try limits.encoded().withUnsafeBytes { value in
                guard let old else { return try ledgers.put(.jobLimits, key, value, replacing: nil) }
                try old.withUnsafeBytes { try ledgers.put(.jobLimits, key, value, replacing: $0) }
            }
        }
    }

    // MARK: Waits

    static func addWait(_ scope: String, _ lane: UInt64, _ job: SequenceNumber, in ledgers: any Ledgers) throws {
        try waitKey(scope, lane, job).withUnsafeBytes {
            try ledgers.put(.limitWaits, $0, UnsafeRawBufferPointer(start: nil, count: 0), replacing: nil)
        }
    }

    static func removeWait(_ scope: String, _ lane: UInt64, _ job: SequenceNumber, in ledgers: any Ledgers) throws {
        try waitKey(scope, lane, job).withUnsafeBytes {
            try ledgers.remove(.limitWaits, $0, old: UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    /// Calls `body` with what waits for a scope, from a lane on, in order, for as long as it answers true.
    package static func forEachWait(
        _ scope: String, fromLane lane: UInt64 = 0, in ledgers: any Ledgers,
        _ body: (UInt64, SequenceNumber) throws -> Bool
    ) throws {
        let start = waitKey(scope, lane, 0)
        let prefix = start.count - 14
        try start.withUnsafeBytes { first in
            try ledgers.scan(.limitWaits, from: first) { key, _ in
                guard key.count == first.count, key[..<prefix].elementsEqual(first[..<prefix]) else { return false }
                func number(_ range: Range<Int>) -> UInt64 { key[range].reduce(0) { $0 << 8 | UInt64($1) } }
                return try body(number(prefix..<prefix + 6), number(prefix + 6..<prefix + 14))
            }
        }
    }

    /// The next scope in whose list something waits, of those that begin so and come after `last`.
    static func nextWaiting(_ prefix: String, after last: String?, in ledgers: any Ledgers) throws -> String? {
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

    private static func waitKey(_ scope: String, _ lane: UInt64, _ job: SequenceNumber) -> [UInt8] {
        var key = Array(scope.utf8)
        key.append(0)
        withUnsafeBytes(of: lane.bigEndian) { key.append(contentsOf: $0[2...]) }
        withUnsafeBytes(of: job.bigEndian) { key.append(contentsOf: $0) }
        return key
    }

    private static func withKey<R>(
        _ kind: UInt8, _ scope: String, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        try ([kind] + Array(scope.utf8)).withUnsafeBytes(body)
    }
}

extension Limit {
    fileprivate var encoded: [UInt8] {
        withUnsafeBytes(of: UInt32(clamping: concurrency).littleEndian) { Array($0) } + [keepsOrder ? 1 : 0]
    }

    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 5, bytes[4] <= 1 else { return nil }
        self.init(
            concurrency: Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))), keepsOrder: bytes[4] == 1)
    }
}

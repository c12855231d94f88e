/// The rows of `retention`: rules and holds, a handful at most, and who was erased.
package enum RetentionRows {
    private static let ruleKind: UInt8 = 1
    private static let holdKind: UInt8 = 2
    private static let erasureKind: UInt8 = 3

    /// Calls `body` with each rule: its scope, and for how many microseconds it keeps.
    package static func forEachRule(in ledgers: any Ledgers, _ body: (String, UInt64) throws -> Void) throws {
        try forEachRow(of: ruleKind, in: ledgers) { scope, value in
            guard value.count == 8 else { return }
            try body(scope, UInt64(littleEndian: value.loadUnaligned(as: UInt64.self)))
        }
    }

    /// Calls `body` with each hold: its scope, and the event that put it there.
    package static func forEachHold(in ledgers: any Ledgers, _ body: (String, SequenceNumber) throws -> Void) throws {
        try forEachRow(of: holdKind, in: ledgers) { scope, value in
            guard value.count == 8 else { return }
            try body(scope, SequenceNumber(littleEndian: value.loadUnaligned(as: SequenceNumber.self)))
        }
    }

    package static func rule(_ scope: String, in ledgers: any Ledgers) throws -> UInt64? {
        try number(ruleKind, scope, in: ledgers)
    }

    package static func hold(_ scope: String, in ledgers: any Ledgers) throws -> SequenceNumber? {
        try number(holdKind, scope, in: ledgers)
    }

    /// The event that erased a tenant last; 0 if none did. What belongs to jobs from before it is closed for ever.
    package static func erasure(of tenant: String, in ledgers: any Ledgers) throws -> SequenceNumber {
        try number(erasureKind, HoldScope.tenant(tenant).description, in: ledgers) ?? 0
    }

    /// Whether any tenant was ever erased.
    package static func hasErasures(in ledgers: any Ledgers) throws -> Bool {
        try withUnsafeBytes(of: erasureKind) { start in
            var found = false
            try ledgers.scan(.retention, from: start) { key, _ in
                found = key[0] == erasureKind
                return false
            }
            return found
        }
    }

    /// Calls `body` with each tenant that was erased, and the event that did it last.
    package static func forEachErasure(
        in ledgers: any Ledgers, _ body: (String, SequenceNumber) throws -> Void
    ) throws {
        try forEachRow(of: erasureKind, in: ledgers) { scope, value in
            guard value.count == 8, case .tenant(let tenant)? = HoldScope(text: scope) else { return }
            try body(tenant, SequenceNumber(littleEndian: value.loadUnaligned(as: SequenceNumber.self)))
        }
    }

    /// The last event that erased anybody; 0 if nobody was erased.
    package static func lastErasure(in ledgers: any Ledgers) throws -> SequenceNumber {
        var last: SequenceNumber = 0
        try forEachErasure(in: ledgers) { last = max(last, $1) }
        return last
    }

    /// What a row says that was found without the ledgers around it.
    package enum Row {
        case rule(RetentionScope, UInt64)
        case hold(HoldScope)
        case erasure(tenant: String, SequenceNumber)
    }

    package static func row(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Row? {
        guard key.count > 1, value.count == 8 else { return nil }
        let scope = String(decoding: key[1...], as: UTF8.self)
        let number = UInt64(littleEndian: value.loadUnaligned(as: UInt64.self))
        switch key[0] {
        case ruleKind:
            guard let scope = RetentionScope(text: scope), scope.isValid else { return nil }
            return .rule(scope, number)
        case holdKind:
            guard let scope = HoldScope(text: scope), scope.isValid else { return nil }
            return .hold(scope)
        case erasureKind:
            guard case .tenant(let tenant)? = HoldScope(text: scope), Name.isValid(tenant) else { return nil }
            return .erasure(tenant: tenant, number)
        default: return nil
        }
    }

    static func setErasure(of tenant: String, _ event: SequenceNumber, in ledgers: any Ledgers) throws {
        try set(erasureKind, HoldScope.tenant(tenant).description, event, in: ledgers)
    }

    static func setRule(_ scope: String, _ microseconds: UInt64?, in ledgers: any Ledgers) throws {
        try set(ruleKind, scope, microseconds, in: ledgers)
    }

    static func setHold(_ scope: String, _ event: SequenceNumber?, in ledgers: any Ledgers) throws {
        try set(holdKind, scope, event, in: ledgers)
    }

    private static func number(_ kind: UInt8, _ scope: String, in ledgers: any Ledgers) throws -> UInt64? {
        try withKey(kind, scope) { key in
            try ledgers.read(.retention, key) { value in
                value.count == 8 ? UInt64(littleEndian: value.loadUnaligned(as: UInt64.self)) : nil
            } ?? nil
        }
    }

    private static func set(_ kind: UInt8, _ scope: String, _ new: UInt64?, in ledgers: any Ledgers) throws {
        let old = try number(kind, scope, in: ledgers)
        try withKey(kind, scope) { key in
            switch (old, new) {
            case (let old?, let new?):
                try withUnsafeBytes(of: new.littleEndian) { new in
                    try withUnsafeBytes(of: old.littleEndian) { try ledgers.put(.retention, key, new, replacing: $0) }
                }
            case (nil, let new?):
                try withUnsafeBytes(of: new.littleEndian) { try ledgers.put(.retention, key, $0, replacing: nil) }
            case (let old?, nil):
                try withUnsafeBytes(of: old.littleEndian) { try ledgers.remove(.retention, key, old: $0) }
            case (nil, nil): break
            }
        }
    }

    private static func forEachRow(
        of kind: UInt8, in ledgers: any Ledgers, _ body: (String, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try withUnsafeBytes(of: kind) { start in
            try ledgers.scan(.retention, from: start) { key, value in
                guard key[0] == kind else { return false }
                try body(String(decoding: key[1...], as: UTF8.self), value)
                return true
            }
        }
    }

    private static func withKey<R>(
        _ kind: UInt8, _ scope: String, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        var bytes = [kind]
        bytes.append(contentsOf: scope.utf8)
        return try bytes.withUnsafeBytes(body)
    }
}

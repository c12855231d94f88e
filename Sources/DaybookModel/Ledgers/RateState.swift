// How many jobs of a scope have started of late, for limits by rate.
//
// Time is cut into buckets, and starts are counted in each: of a fixed window in the one that is now, of a sliding one
// in the seventeen that may lie in it. The counts are all there is, so a rate costs the same whatever it allows, and no
// stretch of the window's length ever has more starts than it. A clock that is set back to before the newest bucket
// begins anew: otherwise an hour too many would hold up everybody for an hour.

/// The starts of a scope, and when it is looked at again.
package struct RateState: Equatable, Sendable {
    var bucketMicroseconds: Int64 = 0
    /// The number of the newest bucket since 1970.
    var newest: Int64 = 0
    /// Starts in the newest bucket and in those before it, without zeros at the end.
    package private(set) var counts: [UInt32] = []
    /// When the window has room again for those who wait; nil if nobody does.
    package var opens: Instant?
    /// When it is looked at whether all of it is over; nil if there is nothing to look at.
    var ends: Instant?

    static func bucket(of instant: Instant, _ length: Int64) -> Int64 {
        let (quotient, remainder) = instant.microseconds.quotientAndRemainder(dividingBy: max(length, 1))
        return remainder < 0 ? quotient - 1 : quotient
    }

    var isEmpty: Bool { counts.isEmpty && opens == nil && ends == nil }

    /// When nothing of it will lie in any window any more.
    var over: Instant {
        let (end, overflow) = (newest &+ RateState.bucketsMax).multipliedReportingOverflow(by: bucketMicroseconds)
        return Instant(microseconds: overflow ? .max - 1 : end)
    }

    /// The counts are forgotten if nobody waits and they are over; else when to look again.
    mutating func settle(at now: Instant) {
        if opens == nil, over <= now || counts.isEmpty {
            self = RateState()
        } else {
            ends = max(over, now.advanced(microseconds: max(bucketMicroseconds, 1)))
        }
    }

    private static let bucketsMax: Int64 = 17

    /// How many starts count against the rate now.
    package func used(of rate: Limit.Rate, at now: Instant) -> Int {
        guard let age = age(rate, now) else { return 0 }
        let inWindow = counts.prefix(Int(clamping: max(0, rate.buckets - age)))
        return inWindow.reduce(0) { $0 + Int($1) }
    }

    /// When it has room again; nil if it has now.
    package func opening(of rate: Limit.Rate, at now: Instant) -> Instant? {
        var used = used(of: rate, at: now)
        guard used >= rate.count, let age = age(rate, now) else { return nil }
        let inWindow = min(counts.count, Int(clamping: rate.buckets - age))
        for index in (0..<inWindow).reversed() where used >= rate.count {
            used -= Int(counts[index])
            guard used < rate.count else { continue }
            let (start, overflow) = (newest &- Int64(index) &+ rate.buckets).multipliedReportingOverflow(
                by: bucketMicroseconds)
            return overflow ? Instant(microseconds: .max - 1) : Instant(microseconds: start)
        }
        return nil
    }

    /// When it has room again, as it stood after the last start; nil if it had.
    package func openingAfterStarts(of rate: Limit.Rate) -> Instant? {
        let (last, overflow) = newest.multipliedReportingOverflow(by: bucketMicroseconds)
        return overflow ? nil : opening(of: rate, at: Instant(microseconds: last))
    }

    /// How many buckets lie between the newest and the present one; nil if what is counted says nothing about now.
    private func age(_ rate: Limit.Rate, _ now: Instant) -> Int64? {
        guard !counts.isEmpty, bucketMicroseconds == rate.bucketMicroseconds else { return nil }
        let age = rate.bucket(of: now) &- newest
        return age >= 0 && age < rate.buckets ? age : nil
    }

    mutating func add(_ rate: Limit.Rate, at now: Instant) {
        let age = age(rate, now)
        if let age {
            counts.insert(contentsOf: repeatElement(0, count: Int(age)), at: 0)
        } else {
            counts = [0]
        }
        bucketMicroseconds = rate.bucketMicroseconds
        newest = rate.bucket(of: now)
        counts[0] = counts[0] == .max ? .max : counts[0] + 1
        if counts.count > Int(rate.buckets) { counts.removeLast(counts.count - Int(rate.buckets)) }
        trim()
        if ends == nil { ends = over }
    }

    /// A start that was none: the job was given back before anybody began on it.
    mutating func remove(startedAt instant: Instant) {
        guard bucketMicroseconds > 0 else { return }
        let (index, overflow) = newest.subtractingReportingOverflow(RateState.bucket(of: instant, bucketMicroseconds))
        guard !overflow, index >= 0, index < counts.count, counts[Int(index)] > 0 else { return }
        counts[Int(index)] -= 1
        trim()
    }

    private mutating func trim() {
        while counts.last == 0 { counts.removeLast() }
    }

    init() {}
}

extension RateState {
    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        func add<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        add(opens?.microseconds ?? .max)
        add(ends?.microseconds ?? .max)
        add(bucketMicroseconds)
        add(newest)
        for count in counts { add(count) }
        return bytes
    }

    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 32, bytes.count % 4 == 0, bytes.count <= 32 + 4 * Int(RateState.bucketsMax) else {
            return nil
        }
        func load<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        let opens: Int64 = load(0)
        if opens != .max { self.opens = Instant(microseconds: opens) }
        let ends: Int64 = load(8)
        if ends != .max { self.ends = Instant(microseconds: ends) }
        bucketMicroseconds = load(16)
        newest = load(24)
        for offset in stride(from: 32, to: bytes.count, by: 4) { counts.append(load(offset)) }
    }

    /// The counts as the dump shows them, the newest first.
    package var countText: String { counts.map { "\($0)" }.joined(separator: " ") }
}

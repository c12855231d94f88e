internal import DaybookModel

/// The members of an object stand in the order of their keys, compared byte by byte; of two with the same key the
/// later counts.
extension JSONDraft {
    /// A member as it stands in the bytes, from the quotation mark before its key.
    struct Member {
        /// The first bytes of its key; they mostly decide the order.
        let beginning: UInt64
        var start: Int
        let keyCount: Int
        /// Known when the object ends.
        var end = 0
        /// A container that was asked for: it goes on with what the same key already has.
        var goesOn = false

        var value: Range<Int> { start + keyCount + 3..<end }
    }

    /// Writes the key of a member whose value is written next.
    @inline(__always)
    func beginMember(_ key: String, _ serial: Int) -> Bool {
        guard isOpen(serial) else { return false }
        if top.count > 0 { bytes.append(UInt8(ascii: ",")) }
        top.count += 1
        let start = bytes.count
        var isOdd = bytes.append(quoted: key)
        let keyCount = bytes.count - start - 2
        bytes.append(UInt8(ascii: ":"))

        let first = UnsafeRawPointer(bytes.start + start + 1)
        var beginning = UInt64(bigEndian: first.loadUnaligned(as: UInt64.self))
        if keyCount < 8 {
            beginning = keyCount == 0 ? 0 : beginning & ~0 << UInt64(64 - 8 * keyCount)
        } else if !isOdd {
            isOdd = !UTF8Check.isASCII(UnsafeRawBufferPointer(start: first, count: keyCount))
        }
        if isOdd || beginning & 0x8080_8080_8080_8080 != 0 { top.hasOddKeys = true }
        members.append(Member(beginning: beginning, start: start, keyCount: keyCount))
        return true
    }

    func orderMembers() {
        guard top.count > 1 else { return }
        let range = top.firstMember..<members.count
        for index in range {
            members[index].end = index + 1 < range.upperBound ? members[index + 1].start - 1 : bytes.count
        }
        // Escapes hide the order of the bytes, and texts may be equal that are not written alike.
        if top.hasOddKeys || !orderPlain(range) { orderByText(range) }
    }

    /// Answers whether it could: not if keys are equal.
    private func orderPlain(_ range: Range<Int>) -> Bool {
        var isOrdered = true
        for index in range.dropFirst() where !precedes(members[index - 1], members[index]) {
            isOrdered = false
            break
        }
        if isOrdered { return true }
        members.withUnsafeMutableBufferPointer { members in
            var own = UnsafeMutableBufferPointer(rebasing: members[range])
            own.sort(by: precedes)
        }
        for index in range.dropFirst() where !precedes(members[index - 1], members[index]) { return false }

        // Written once more behind the present end, and then moved over the first.
        let start = top.start + 1
        let end = bytes.count
        bytes.reserve(end - start + 1)
        for member in members[range] {
            bytes.append(bytes.slice(member.start..<member.end))
            bytes.append(UInt8(ascii: ","))
        }
        bytes.move(end..<end + (end - start), to: start)
        bytes.cut(to: end)
        return true
    }

    private func precedes(_ left: Member, _ right: Member) -> Bool {
        if left.beginning != right.beginning { return left.beginning < right.beginning }
        if left.keyCount <= 8, right.keyCount <= 8 { return false }
        return key(left).lexicographicallyPrecedes(key(right))
    }

    private func key(_ member: Member) -> UnsafeRawBufferPointer {
        bytes.slice(member.start + 1..<member.start + 1 + member.keyCount)
    }

    private func orderByText(_ range: Range<Int>) {
        var places: [String: Int] = [:]
        var kept: [(key: String, value: [UInt8])] = []
        for member in members[range].sorted(by: { $0.start < $1.start }) {
            let text = JSONText.string(key(member))
            let value = Array(bytes.slice(member.value))
            if let place = places[text] {
                kept[place].value = member.goesOn ? joined(kept[place].value, value) : value
            } else {
                places[text] = kept.count
                kept.append((text, value))
            }
        }
        kept.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        bytes.cut(to: top.start + 1)
        for (index, member) in kept.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(quoted: member.key)
            bytes.append(UInt8(ascii: ":"))
            member.value.withUnsafeBytes { bytes.append($0) }
        }
    }

    /// Two arrays or two objects as one.
    private func joined(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        guard first.first == second.first, let bracket = second.first, bracket == UInt8(ascii: "{") else {
            if first.first == second.first, first.first == UInt8(ascii: "[") {
                let comma = first.count > 2 && second.count > 2 ? [UInt8(ascii: ",")] : []
                return first.dropLast() + comma + second.dropFirst()
            }
            fail(top.serial, "A key has a value of another kind than the container that was asked for.")
            return second
        }
        let whole = JSONDraft()
        whole.begin(.object, whole.top.serial)
        for object in [first, second] {
            var scanner = JSONScanner(depthMax: .max, allowsNUL: true)
            // Our own bytes: there is nothing that it could refuse.
            _ = try? scanner.scan(object)
            for member in scanner.members {
                let key = object[member.key].withUnsafeBytes { JSONText.string($0) }
                guard whole.beginMember(key, whole.top.serial) else { continue }
                object[member.value].withUnsafeBytes { whole.bytes.append($0) }
            }
        }
        whole.finish()
        return whole.bytes.array
    }
}

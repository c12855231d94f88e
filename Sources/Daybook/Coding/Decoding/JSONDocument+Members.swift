internal import DaybookModel

/// Members are looked for from behind the one found last: mostly they are asked for in their order. Of two with the
/// same key the first counts.
extension JSONDocument {
    /// Above this many members a table is dearer than looking at each only once.
    private static let fewMax = 64

    /// Reads all keys of an object. Throws if one is no text.
    func checkKeys(of object: UInt32) throws {
        guard tokens[object].keys == .unknown else { return }
        if tokens[object].count <= JSONDocument.fewMax, hasPlainKeys(object) {
            tokens[object].keys = .plain
        } else {
            places[object] = try table(of: object)
            tokens[object].keys = .odd
        }
    }

    func member(_ key: String, of object: UInt32) -> UInt32? {
        guard tokens[object].keys == .plain else { return places[object]?[key] }
        var key = key
        let (found, isASCII) = key.withUTF8 { key in
            let key = UnsafeRawBufferPointer(key)
            let found = plainMember(key, of: object)
            return (found, found != nil || UTF8Check.isASCII(key))
        }
        // A few characters beside ASCII are equal to ones in it: the sign for kelvin and the letter K.
        return isASCII ? found : (try? table(of: object))?[key]
    }

    /// Each member of an object, the first of those that have the same key.
    func members(of object: UInt32) -> [UInt32] {
        guard tokens[object].keys == .plain else { return places[object].map { $0.values.sorted() } ?? [] }
        var members: [UInt32] = []
        members.reserveCapacity(tokens[object].count)
        var member = object + 1
        while member < tokens[object].next {
            members.append(member)
            member = tokens[member].next
        }
        return members
    }

    func key(of member: UInt32) throws -> String {
        let token = tokens[member]
        return try text(token.key, isPlain: token.hasPlainKey, in: token.parent)
    }

    private func plainMember(_ key: UnsafeRawBufferPointer, of object: UInt32) -> UInt32? {
        let end = tokens[object].next
        let begin = tokens[object].start
        var member = begin
        while member < end {
            if isKey(key, of: member) { return found(member, object) }
            member = tokens[member].next
        }
        member = object + 1
        while member < begin {
            if isKey(key, of: member) { return found(member, object) }
            member = tokens[member].next
        }
        return nil
    }

    @inline(__always)
    private func found(_ member: UInt32, _ object: UInt32) -> UInt32 {
        tokens[object].start = tokens[member].next
        return member
    }

    @inline(__always)
    private func isKey(_ key: UnsafeRawBufferPointer, of member: UInt32) -> Bool {
        let own = tokens[member].key
        guard own.count == key.count else { return false }
        for index in 0..<key.count where bytes[own.lowerBound + index] != key[index] { return false }
        return true
    }

    private func hasPlainKeys(_ object: UInt32) -> Bool {
        var seen: UInt64 = 0
        var mayRepeat = false
        var member = object + 1
        while member < tokens[object].next {
            let token = tokens[member]
            let key = slice(token.key)
            guard token.hasPlainKey, UTF8Check.isASCII(key) else { return false }
            let mix = UInt64(key.count) &* 31 &+ UInt64(key.first ?? 0) &* 7 &+ UInt64(key.last ?? 0)
            let bit: UInt64 = 1 << (mix & 63)
            mayRepeat = mayRepeat || seen & bit != 0
            seen |= bit
            member = token.next
        }
        return !mayRepeat || !repeatsKey(object)
    }

    private func repeatsKey(_ object: UInt32) -> Bool {
        var late = object + 1
        while late < tokens[object].next {
            let key = slice(tokens[late].key)
            var early = object + 1
            while early < late {
                if isKey(key, of: early) { return true }
                early = tokens[early].next
            }
            late = tokens[late].next
        }
        return false
    }

    private func table(of object: UInt32) throws -> [String: UInt32] {
        var table: [String: UInt32] = [:]
        table.reserveCapacity(tokens[object].count)
        var member = object + 1
        while member < tokens[object].next {
            let key = try key(of: member)
            if table[key] == nil { table[key] = member }
            member = tokens[member].next
        }
        return table
    }
}

/// Containers inside others, and encoders for base classes: they may be written to beside one another.
extension JSONDraft {
    /// A draft of its own, and where it goes.
    struct Part {
        let draft: JSONDraft
        let offset: Int
    }

    /// A part as a member.
    func part(_ key: some CodingKey, _ serial: Int, goesOn: Bool) -> JSONDraft {
        let isMember = beginMember(key.stringValue, serial)
        if isMember { members[members.count - 1].goesOn = goesOn }
        return part(at: key, serial, isMember)
    }

    /// A part as an element.
    func part(_ serial: Int) -> JSONDraft {
        let index = count(of: serial)
        return part(at: JSONKey(index: index), serial, beginElement(serial))
    }

    /// Where it has no place, what is written to it is lost.
    private func part(at key: some CodingKey, _ serial: Int, _ hasPlace: Bool) -> JSONDraft {
        let part = JSONDraft(prefix: path(of: serial) + [key], depth: depth(of: serial), capacity: 64)
        if hasPlace { parts.append(Part(draft: part, offset: bytes.count)) }
        return part
    }

    /// Puts the parts of the innermost value in their places, the last first, so that each byte is moved once.
    func putParts() {
        guard parts.count > top.firstPart else { return }
        let parts = self.parts[top.firstPart...]
        for part in parts {
            part.draft.finish()
            fault = fault ?? part.draft.fault
        }
        var end = bytes.count
        var shift = parts.reduce(0) { $0 + $1.draft.bytes.count }
        var member = members.count - 1
        bytes.extend(by: shift)
        for part in parts.reversed() {
            bytes.move(part.offset..<end, to: part.offset + shift)
            while member >= top.firstMember, members[member].start >= part.offset {
                members[member].start += shift
                member -= 1
            }
            shift -= part.draft.bytes.count
            bytes.put(part.draft.bytes, at: part.offset + shift)
            end = part.offset
        }
    }
}

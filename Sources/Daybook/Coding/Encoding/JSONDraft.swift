// What is written while a value encodes itself. The bytes come in the order in which they are said, and mostly that is
// all: a value inside another is begun and ended while the outer one waits, so one run of bytes is enough, with a
// list of the values that are open. When an object ends, its members are put in the order of their keys if they did
// not come so.
//
// What a type may do besides is to open a container inside another, or an encoder for its base class, and go on
// writing to both. Such a part is a draft of its own, and is put in its place when the value around it ends.
//
// A container may be kept longer than the value it writes. Each open value has a number that is never used again:
// whoever comes with the number of a value that has ended has written nothing, as with Foundation. What would
// contradict itself, such as two values where one belongs, is noted and makes the whole encoding fail; Foundation
// would end the process.

/// A value that is being encoded, or a part of one.
final class JSONDraft {
    // No method here calls foreign code while it changes one of these, so nothing can be changed twice at a time; the
    // compiler's own check at each access would only take time.
    @exclusivity(unchecked) var bytes: JSONBytes
    /// The innermost value that is open.
    @exclusivity(unchecked) var top: Level
    /// Those around it, the outermost first.
    @exclusivity(unchecked) var outer: ContiguousArray<Level> = []
    /// The members of all objects that are open, those of the innermost last.
    @exclusivity(unchecked) var members: ContiguousArray<Member> = []
    /// The parts of all values that are open, likewise.
    @exclusivity(unchecked) var parts: ContiguousArray<Part> = []
    /// The keys of those open values that are members.
    @exclusivity(unchecked) private var keys: ContiguousArray<any CodingKey> = []
    @exclusivity(unchecked) private var lastSerial = 1
    /// Why the encoding fails, though nobody could be told at once.
    @exclusivity(unchecked) var fault: Fault?
    /// Where this part stands in the whole.
    private let prefix: [any CodingKey]
    private let depth: Int

    /// How many arrays and objects may not stand in one another any more.
    private static let depthEnd = 512
    private static let ended = 0

    struct Fault {
        let path: [any CodingKey]
        let reason: String
    }

    /// Where a value stands; the keys of members are kept by themselves.
    enum Place { case first, member, element(Int) }

    /// A value that is open.
    struct Level {
        enum Kind { case nothing, scalar, array, object }

        let serial: Int
        /// Where its first byte stands.
        let start: Int
        let firstMember: Int
        let firstPart: Int
        let place: Place
        var kind = Kind.nothing
        /// Whether it was encoded as a whole, as a single value.
        var isSingle = false
        var hasOddKeys = false
        var count = 0
    }

    init(prefix: [any CodingKey] = [], depth: Int = 0, capacity: Int = 256) {
        self.prefix = prefix
        self.depth = depth
        bytes = JSONBytes(capacity: capacity)
        top = Level(serial: 1, start: 0, firstMember: 0, firstPart: 0, place: .first)
    }

    deinit { bytes.release() }

    // MARK: Values in one another

    /// Begins a value that is the member or element said last.
    func open(as key: some CodingKey) {
        keys.append(key)
        push(.member)
    }

    func openElement() { push(.element(top.count - 1)) }

    @inline(__always)
    private func push(_ place: Place) {
        outer.append(top)
        lastSerial += 1
        top = Level(
            serial: lastSerial, start: bytes.count, firstMember: members.count, firstPart: parts.count, place: place)
    }

    /// Ends the innermost value. One that has said nothing is an empty object.
    func close() {
        switch top.kind {
        case .nothing: bytes.append("{}")
        case .scalar: break
        case .array:
            putParts()
            bytes.append(UInt8(ascii: "]"))
        case .object:
            putParts()
            orderMembers()
            bytes.append(UInt8(ascii: "}"))
        }
        pop()
    }

    private func pop() {
        members.removeLast(members.count - top.firstMember)
        parts.removeLast(parts.count - top.firstPart)
        if let next = outer.popLast() {
            if case .member = top.place { keys.removeLast() }
            top = next
        } else {
            top = Level(serial: JSONDraft.ended, start: 0, firstMember: 0, firstPart: 0, place: .first)
        }
    }

    /// Ends whatever is open.
    func finish() {
        while top.serial != JSONDraft.ended { close() }
    }

    // MARK: Taking back

    /// Where a value can be taken back to that failed to encode itself.
    struct Mark {
        let bytes: Int
        let top: Level
        let depth: Int
        let members: Int
        let parts: Int
    }

    var mark: Mark {
        Mark(bytes: bytes.count, top: top, depth: outer.count, members: members.count, parts: parts.count)
    }

    func takeBack(to mark: Mark) {
        while outer.count > mark.depth { pop() }
        bytes.cut(to: mark.bytes)
        top = mark.top
        members.removeLast(members.count - mark.members)
        parts.removeLast(parts.count - mark.parts)
    }

    // MARK: What may be written

    /// Whether the value of this number may be written to, being the innermost. One that has ended takes nothing more,
    /// which is no fault.
    @inline(__always)
    func isOpen(_ serial: Int) -> Bool { serial == top.serial || isOpenElsewhere(serial) }

    @inline(never)
    private func isOpenElsewhere(_ serial: Int) -> Bool {
        if outer.contains(where: { $0.serial == serial }) {
            fail(serial, "A container was written to while one of its values was being encoded.")
        }
        return false
    }

    /// Makes the value an array or an object, unless it already is one. What is written where it cannot be one is in
    /// vain, since the whole fails.
    func begin(_ kind: Level.Kind, _ serial: Int) {
        guard isOpen(serial), top.kind != kind else { return }
        guard top.kind == .nothing else {
            return fail(serial, "A value was to be of two kinds: a single value, an array or an object.")
        }
        guard depth + outer.count + 1 < JSONDraft.depthEnd else {
            return fail(serial, "More than \(JSONDraft.depthEnd - 1) arrays and objects stand in one another.")
        }
        top.kind = kind
        if kind == .object, members.isEmpty { members.reserveCapacity(8) }
        bytes.append(kind == .array ? UInt8(ascii: "[") : UInt8(ascii: "{"))
    }

    /// Whether a single value may be written. One beside an array or object is left out, as by Foundation.
    @inline(__always)
    func beginSingle(_ serial: Int) -> Bool {
        guard isOpen(serial), hasRoomForSingle(serial), top.kind == .nothing else { return false }
        top.kind = .scalar
        return true
    }

    func hasRoomForSingle(_ serial: Int) -> Bool {
        guard top.isSingle || top.kind == .scalar else { return true }
        fail(serial, "Two values were encoded where one belongs.")
        return false
    }

    @inline(__always)
    func beginElement(_ serial: Int) -> Bool {
        guard isOpen(serial) else { return false }
        if top.count > 0 { bytes.append(UInt8(ascii: ",")) }
        top.count += 1
        return true
    }

    func count(of serial: Int) -> Int {
        if serial == top.serial { return top.count }
        return outer.first { $0.serial == serial }?.count ?? 0
    }

    // MARK: Paths and faults

    func path(of serial: Int) -> [any CodingKey] {
        var path = prefix
        var keys = keys.makeIterator()
        for level in outer + CollectionOfOne(top) {
            switch level.place {
            case .first: break
            case .member: if let key = keys.next() { path.append(key) }
            case .element(let index): path.append(JSONKey(index: index))
            }
            if level.serial == serial { break }
        }
        return path
    }

    func depth(of serial: Int) -> Int {
        depth + (outer.firstIndex { $0.serial == serial } ?? outer.count) + 1
    }

    func fail(_ serial: Int, _ reason: String) {
        if fault == nil { fault = Fault(path: path(of: serial), reason: reason) }
    }

    /// Nothing more is encoded once it is certain that the whole fails. It also ends values that contain themselves.
    @inline(__always)
    func checkFault(_ value: @autoclosure () -> Any) throws {
        guard let fault else { return }
        throw EncodingError.invalidValue(
            value(), EncodingError.Context(codingPath: fault.path, debugDescription: fault.reason))
    }
}

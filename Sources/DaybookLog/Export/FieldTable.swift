internal import DaybookModel

/// A name as exports show it. Its bytes are laid out once and stay for as long as the process runs, so that writing
/// one is a copy and counts no references.
///
/// Sendable unchecked: the bytes are never changed.
struct StaticName: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    init(_ text: String) {
        let utf8 = Array(text.utf8)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: utf8.count, alignment: 1)
        memory.copyBytes(from: utf8)
        bytes = UnsafeRawBufferPointer(memory)
    }
}

/// Names and forms of fields, so that nothing is looked up by reflection while lines are written or read.
struct FieldTable: Sendable {
    struct Entry: Sendable {
        let id: UInt64
        let name: StaticName
        let form: Field.Form
        let isList: Bool
    }

    static let shared = FieldTable()

    /// By id; no known field has a number from 256 on.
    private let entries: [Entry?]
    private let byName: NameIndex<Entry>

    private init() {
        var entries: [Entry?] = Array(repeating: nil, count: 256)
        for field in Field.allCases {
            entries[Int(field.rawValue)] = Entry(
                id: UInt64(field.rawValue), name: StaticName(field.name), form: field.form, isList: field.isList)
        }
        self.entries = entries
        byName = NameIndex(entries.compactMap { $0 }.map { (Array($0.name.bytes), $0) })
    }

    @inline(__always)
    func entry(_ id: UInt64) -> Entry? { id < 256 ? entries[Int(id)] : nil }

    func entry(named name: UnsafeRawBufferPointer) -> Entry? { byName[name] }
}

/// The names of kinds, by their number.
struct KindTable: Sendable {
    static let shared = KindTable()

    private let names: [StaticName?]
    private let byName: NameIndex<UInt8>

    private init() {
        var names: [StaticName?] = Array(repeating: nil, count: 256)
        for kind in EventKind.allCases { names[Int(kind.rawValue)] = StaticName(kind.name) }
        self.names = names
        byName = NameIndex(EventKind.allCases.map { (Array($0.name.utf8), $0.rawValue) })
    }

    @inline(__always)
    func name(_ kind: UInt8) -> StaticName? { names[Int(kind)] }

    func kind(named name: UnsafeRawBufferPointer) -> UInt8? { byName[name] }
}

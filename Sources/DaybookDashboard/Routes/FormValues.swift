internal import DaybookModel

/// What a query or a form holds: `state=failed&queue=mail`. A name may stand several times where that is asked for.
struct FormValues: Sendable, Equatable {
    private(set) var pairs: [(name: String, value: String)] = []

    private static let pairsMax = 2_000

    init() {}

    init(pairs: [(name: String, value: String)]) { self.pairs = pairs }

    init(_ bytes: some Sequence<UInt8>) throws(RouteFailure) {
        for pair in Array(bytes).split(separator: UInt8(ascii: "&")) {
            guard pairs.count < FormValues.pairsMax else { throw .badCall(Texts.Refused.manyFields) }
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            pairs.append((try FormValues.text(pair[..<equals]), try FormValues.text(pair[equals...].dropFirst())))
        }
    }

    static func == (left: FormValues, right: FormValues) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0.name == $1.name && $0.value == $1.value }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(RouteFailure) -> String {
        guard let decoded = PercentCoding.decoded(bytes, plusIsSpace: true), !decoded.contains(0),
            let text = String(validating: decoded, as: UTF8.self)
        else { throw .badCall(Texts.Refused.badField) }
        return text
    }

    /// The value of a name that may stand once; nil if it is missing or empty.
    func value(_ name: String) throws(RouteFailure) -> String? {
        let found = pairs.filter { $0.name == name }
        guard found.count <= 1 else { throw .badCall(Texts.Refused.standsTwice(name)) }
        return found.first.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// Whether it is there at all, if only to say that it is empty.
    func has(_ name: String) -> Bool { pairs.contains { $0.name == name } }

    func values(_ name: String) -> [String] { pairs.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }

    /// An instant, in UTC unless it names its zone.
    func instant(_ name: String) throws(RouteFailure) -> Instant? {
        guard let text = try value(name) else { return nil }
        return try JobActions.instant(text)
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(RouteFailure) -> Int? {
        guard let text = try value(name) else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), range.contains(number)
        else {
            throw .badCall(Texts.Refused.badNumber(name, range))
        }
        return number
    }
}

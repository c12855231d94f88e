#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension JSONDocument {
    /// The value at a token. Some types are not asked to decode themselves: those that Foundation writes otherwise
    /// than they would, and some whose own way is long. They are told by the identity of their types, which costs next
    /// to nothing.
    func decode<Value: Decodable>(_ type: Value.Type, at token: UInt32) throws -> Value {
        if type == String.self { return unsafeBitCast(try text(at: token), to: type) }
        if type == Int.self { return unsafeBitCast(try integer(Int.self, at: token), to: type) }
        if type == Double.self { return unsafeBitCast(try floating(Double.self, at: token), to: type) }
        if type == [String].self { return unsafeBitCast(try array(token) { try text(at: $0) }, to: type) }
        if type == [Int].self { return unsafeBitCast(try array(token) { try integer(Int.self, at: $0) }, to: type) }
        if type == [Double].self {
            return unsafeBitCast(try array(token) { try floating(Double.self, at: $0) }, to: type)
        }
        if type == [UInt8].self { return unsafeBitCast(try array(token) { try integer(UInt8.self, at: $0) }, to: type) }
        if type == Date.self { return unsafeBitCast(try date(at: token), to: type) }
        if type == Data.self { return unsafeBitCast(try data(at: token), to: type) }
        if type == URL.self { return unsafeBitCast(try url(at: token), to: type) }
        if type == Decimal.self { return unsafeBitCast(try decimal(at: token), to: type) }
        return try Value(from: JSONValueDecoder(document: self, token: token))
    }

    func flag(at token: UInt32) throws -> Bool {
        switch tokens[token].kind {
        case .yes: return true
        case .no: return false
        default: throw mismatch(Bool.self, token, orNull: false)
        }
    }

    func isNull(_ token: UInt32) -> Bool { tokens[token].kind == .null }

    /// Throws unless an object stands there whose keys are texts.
    func checkObject(_ token: UInt32) throws {
        guard tokens[token].kind == .object else { throw mismatch([String: Any].self, token) }
        try checkKeys(of: token)
    }

    func checkArray(_ token: UInt32) throws {
        guard tokens[token].kind == .array else { throw mismatch([Any].self, token) }
    }

    @inline(__always)
    private func array<Element>(_ token: UInt32, _ element: (UInt32) throws -> Element) throws -> [Element] {
        try checkArray(token)
        var elements: [Element] = []
        elements.reserveCapacity(tokens[token].count)
        var next = token + 1
        while next < tokens[token].next {
            elements.append(try element(next))
            next = tokens[next].next
        }
        return elements
    }

    // MARK: What Foundation writes in its own way

    private func date(at token: UInt32) throws -> Date {
        guard !isNull(token) else { throw mismatch(Date.self, token) }
        return Date(timeIntervalSinceReferenceDate: try floating(Double.self, at: token))
    }

    private func data(at token: UInt32) throws -> Data {
        guard !isNull(token) else { throw mismatch(Data.self, token) }
        guard let data = Data(base64Encoded: try text(at: token)) else {
            throw corrupted(token, "A text is not written in base 64.")
        }
        return data
    }

    private func url(at token: UInt32) throws -> URL {
        guard !isNull(token) else { throw mismatch(URL.self, token) }
        guard let url = URL(string: try text(at: token)) else { throw corrupted(token, "A text is no address.") }
        return url
    }

    private func decimal(at token: UInt32) throws -> Decimal {
        guard tokens[token].kind == .number else { throw mismatch(Decimal.self, token) }
        let text = slice(tokens[token].text)
        guard JSONDecimal.isWellFormed(text), let decimal = Decimal(string: String(decoding: text, as: UTF8.self))
        else { throw corrupted(token, "A number is none of type Decimal.") }
        return decimal
    }
}

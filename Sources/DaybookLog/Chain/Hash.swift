/// 32 bytes of SHA-256, held in place.
package struct Hash: Hashable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    package static let byteCount = 32
    /// What stands before the first commit.
    package static let zero = Hash()

    private init() {}

    /// Takes the first 32 bytes.
    package init(_ bytes: UnsafeRawBufferPointer) {
        withUnsafeMutableBytes(of: &words) {
            $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<Hash.byteCount]))
        }
    }

    /// Lets `fill` write all 32 bytes.
    init(filling fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        withUnsafeMutableBytes(of: &words) { fill($0.baseAddress!.assumingMemoryBound(to: UInt8.self)) }
    }

    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withUnsafeBytes(of: words) { try body($0) }
    }

    package static func == (left: Hash, right: Hash) -> Bool {
        left.words == right.words
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }

    package var hex: String { withBytes { Hexadecimal.text($0) } }

    package init?(hex: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(hex), bytes.count == Hash.byteCount else { return nil }
        self = bytes.withUnsafeBytes { Hash($0) }
    }
}

package enum Hexadecimal {
    static let digits: StaticString = "0123456789abcdef"

    package static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { out in
            for (index, byte) in bytes.enumerated() {
                out[2 * index] = digit(byte >> 4)
                out[2 * index + 1] = digit(byte & 15)
            }
            return bytes.count * 2
        }
    }

    @inline(__always)
    static func digit(_ value: UInt8) -> UInt8 { digits.utf8Start[Int(value)] }

    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8.map(value)
        guard digits.count.isMultiple(of: 2), !digits.contains(255) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// Lower-case only: there is one way to write a hash.
    private static func value(_ digit: UInt8) -> UInt8 {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: 255
        }
    }
}

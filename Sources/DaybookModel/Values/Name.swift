/// The one rule for names of jobs, queues, keys, tags and the like: `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`.
public enum Name {
    public static let lengthMax = 128

    public static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= lengthMax else { return false }
        return isLetterOrDigit(first) && bytes.allSatisfy(isAllowed)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"): true
        default: isLetterOrDigit(byte)
        }
    }
}

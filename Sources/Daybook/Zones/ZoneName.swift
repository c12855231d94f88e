// A zone's name becomes the path of a file, and it may come from anywhere, so it is checked before any file is touched:
// parts of letters, digits and `+ - _ .`, joined by `/`, none of them empty or beginning with a dot.

import DaybookModel

enum ZoneName {
    static func check(_ name: String) throws(ZoneError) {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard name.utf8.count <= longest, parts.allSatisfy(isAllowed) else {
            throw ZoneError(
                .badName, "\(quoted(name)) cannot be a time zone; names look like Europe/Berlin or America/New_York")
        }
    }

    private static func isAllowed(_ part: Substring.UTF8View) -> Bool {
        guard let first = part.first, first != UInt8(ascii: ".") else { return false }
        return part.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            default: false
            }
        }
    }

    private static let longest = 128
}

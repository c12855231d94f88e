// Pages are built, not glued together. Text gets in through `text` and attributes' values, and both are escaped
// there, so that nobody who writes a page can forget it; names of elements and attributes are literals of the
// program. There is no way in for text that is markup already.

internal import DaybookModel

struct Html: Sendable {
    private(set) var bytes: [UInt8] = []
    /// The moment that the page is about, if it is one of the past: ages are counted from there.
    var asOf: Instant?

    init() {}

    init(_ body: (inout Html) -> Void) { body(&self) }

    /// Text as it is to be read.
    mutating func text(_ text: String) { Html.append(text, to: &bytes) }

    /// An element with what it holds.
    mutating func element(
        _ name: StaticString, _ attributes: [HtmlAttribute] = [], _ body: (inout Html) -> Void = { _ in }
    ) {
        open(name, attributes)
        body(&self)
        bytes += Array("</".utf8)
        append(name)
        bytes.append(UInt8(ascii: ">"))
    }

    /// An element that holds nothing but a text.
    mutating func element(_ name: StaticString, _ attributes: [HtmlAttribute] = [], _ text: String) {
        element(name, attributes) { $0.text(text) }
    }

    mutating func element(_ name: StaticString, _ text: String) { element(name, [], text) }

    /// An element without an end, such as an input.
    mutating func void(_ name: StaticString, _ attributes: [HtmlAttribute] = []) { open(name, attributes) }

    /// What was built elsewhere.
    mutating func add(_ html: Html) { bytes += html.bytes }

    mutating func documentType() { bytes += Array("<!doctype html>\n".utf8) }

    private mutating func open(_ name: StaticString, _ attributes: [HtmlAttribute]) {
        bytes.append(UInt8(ascii: "<"))
        append(name)
        for attribute in attributes {
            bytes.append(UInt8(ascii: " "))
            append(attribute.name)
            guard let value = attribute.value else { continue }
            bytes += [UInt8(ascii: "="), UInt8(ascii: "\"")]
            Html.append(value, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func append(_ name: StaticString) {
        name.withUTF8Buffer { bytes += $0 }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += Array("&amp;".utf8)
            case UInt8(ascii: "<"): bytes += Array("&lt;".utf8)
            case UInt8(ascii: ">"): bytes += Array("&gt;".utf8)
            case UInt8(ascii: "\""): bytes += Array("&quot;".utf8)
            case UInt8(ascii: "'"): bytes += Array("&#39;".utf8)
            // HTML has no way to write these down.
            case 0..<0x09, 0x0B, 0x0C, 0x0E..<0x20, 0x7F: bytes += Array("\u{FFFD}".utf8)
            default: bytes.append(byte)
            }
        }
    }
}

/// An attribute; its value is escaped where it is written.
struct HtmlAttribute: Sendable {
    let name: StaticString
    let value: String?

    /// For attributes whose values are words for the page itself. Addresses go through `PageLink`, and there is
    /// none for scripts or styles.
    static func named(_ name: StaticString, _ value: String) -> HtmlAttribute {
        HtmlAttribute(name: name, value: value)
    }
    static func flag(_ name: StaticString) -> HtmlAttribute { HtmlAttribute(name: name, value: nil) }
    static func `class`(_ value: String) -> HtmlAttribute { named("class", value) }
    static func id(_ value: String) -> HtmlAttribute { named("id", value) }
    static func name(_ value: String) -> HtmlAttribute { named("name", value) }
    static func type(_ value: String) -> HtmlAttribute { named("type", value) }
    static func value(_ value: String) -> HtmlAttribute { named("value", value) }
    static func href(_ link: PageLink) -> HtmlAttribute { named("href", link.text) }
    static func src(_ link: PageLink) -> HtmlAttribute { named("src", link.text) }
    static func action(_ link: PageLink) -> HtmlAttribute { named("action", link.text) }
}

/// An address within the dashboard: it begins with a slash, and every part and value is encoded.
struct PageLink: Sendable, Equatable {
    let text: String

    /// `path` without a slash at its end.
    init(_ base: String, _ parts: [String], _ query: [(String, String?)] = []) {
        var text = base + parts.map { "/" + PercentCoding.encoded($0) }.joined()
        if text.isEmpty { text = "/" }
        if parts.isEmpty, !base.isEmpty { text = base }
        let pairs = query.compactMap { name, value in
            value.map { "\(PercentCoding.encoded(name))=\(PercentCoding.encoded($0))" }
        }
        self.text = pairs.isEmpty ? text : "\(text)?\(pairs.joined(separator: "&"))"
    }

    /// A place on the page.
    func at(_ fragment: String) -> PageLink { fragment.isEmpty ? self : PageLink(back: "\(text)#\(fragment)") }

    /// Where the program around the dashboard is; its options say it and nobody else.
    init(back address: String) { text = address }
}

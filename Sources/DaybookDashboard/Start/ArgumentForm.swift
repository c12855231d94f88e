// A form made of arguments: a field for each member of the object that they are. What kind each is stands in
// the field's name, `arg.number.count`, so that what comes back can be read without looking at any example again.
// What is no object has one field for all of it, as JSON.

internal import DaybookModel

struct ArgumentForm {
    enum Kind: String {
        case text, number, flag, json
    }

    struct Field {
        let name: String
        let kind: Kind
        let value: String
        let isSecret: Bool
    }

    /// Nil for arguments that are no object.
    let fields: [Field]?
    let whole: String

    private static let fieldsMax = 100

    /// Of the example as it is only the kinds are taken; what it holds is shown with marks in place of what is secret,
    /// at any depth.
    init(_ example: [UInt8], secret: [String]) {
        let shown = Secrets(secret, arguments: example)?.json(example) ?? example
        whole = JSONLayout.text(shown)
        guard let body = try? JSONBody(example), !body.names.isEmpty, body.names.count <= ArgumentForm.fieldsMax,
            let open = try? JSONBody(shown), open.names.count == body.names.count
        else {
            fields = nil
            return
        }
        fields = zip(body.names, open.names).map { name, openName in
            let isSecret = secret.contains(name)
            let raw = open.raw(openName) ?? Array("null".utf8)
            let kind =
                switch JSONKind(firstByte: body.raw(name)?.first ?? 0) {
                case .text: Kind.text
                case .number: Kind.number
                case .flag: Kind.flag
                default: Kind.json
                }
            let text = kind == .text ? ((try? open.text(openName)) ?? nil) ?? "" : ArgumentForm.text(raw)
            return Field(name: openName, kind: kind, value: isSecret ? "" : text, isSecret: isSecret)
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// With what somebody has typed before, where the form comes back to him.
    func write(_ typed: FormValues = FormValues(), to html: inout Html) {
        func value(_ name: String, _ usual: String) -> String {
            typed.pairs.first { $0.name == name }?.value ?? usual
        }
        guard let fields else {
            return html.element("label", [.class("whole")]) { html in
                html.text(Texts.argumentsAsJSON)
                html.element("textarea", [.name("args"), .named("rows", "8"), .class("mono")], value("args", whole))
            }
        }
        for field in fields {
            let name = "arg.\(field.kind.rawValue).\(field.name)"
            // What is secret is never sent back.
            let shown = field.isSecret ? field.value : value(name, field.value)
            switch field.kind {
            case .flag:
                // Which of the two is chosen would tell.
                html.choice(
                    field.name, name,
                    (field.isSecret ? [("", "")] : []) + [("true", Texts.yes), ("false", Texts.no)], shown)
            case .number: html.input(field.name, name, shown, [.named("inputmode", "decimal")])
            case .text where !shown.contains("\n"):
                html.input(
                    field.name, name, shown,
                    field.isSecret ? [.type("password"), .named("autocomplete", "off")] : [])
            case .text, .json:
                html.element("label", [.class("whole")]) { html in
                    html.text(field.kind == .json ? Texts.asJSON(field.name) : field.name)
                    html.element("textarea", [.name(name), .named("rows", "3"), .class("mono")], shown)
                }
            }
        }
        html.element("label", [.class("whole")]) { html in
            html.text(Texts.moreArguments)
            html.element("textarea", [.name("more"), .named("rows", "2"), .class("mono")], value("more", ""))
        }
    }

    /// What somebody has typed, as it may be sent back to him: without what is secret, wherever he has typed it. JSON
    /// with a slip in it may hold a secret anywhere, and comes back as the form had it at first.
    static func open(_ typed: FormValues, secret: [String]) -> FormValues {
        func isJSON(_ bytes: [UInt8]) -> Bool {
            var scanner = JSONScanner()
            return (try? scanner.scan(bytes)) != nil
        }
        func field(_ name: String) -> (kind: Kind, name: String)? {
            if name == "args" || name == "more" { return (.json, "") }
            let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "arg", let kind = Kind(rawValue: String(parts[1])) else { return nil }
            return (kind, String(parts[2]))
        }
        let given = typed.pairs.compactMap { pair -> [UInt8]? in
            guard let field = field(pair.name) else { return nil }
            let bytes = Array(pair.value.utf8)
            if field.name.isEmpty { return isJSON(bytes) ? bytes : nil }
            var json = JSONWriter()
            json.object { $0.field(field.name, pair.value) }
            guard field.kind != .text, isJSON(bytes) else { return json.bytes }
            json = JSONWriter()
            json.object { json in
                json.key(field.name)
                json.raw(bytes)
            }
            return json.bytes
        }
        guard let secrets = Secrets(secret, arguments: [], others: given) else { return typed }
        return FormValues(
            pairs: typed.pairs.compactMap { pair in
                guard let field = field(pair.name) else { return pair }
                if secret.contains(field.name) { return nil }
                guard field.kind == .json, !pair.value.isEmpty else { return (pair.name, secrets.text(pair.value)) }
                let bytes = Array(pair.value.utf8)
                return isJSON(bytes) ? (pair.name, text(secrets.json(bytes))) : nil
            })
    }

    /// What a form of this kind says, as JSON.
    static func arguments(_ form: FormValues) throws(RouteFailure) -> [UInt8] {
        let pairs = form.pairs.filter { $0.name.hasPrefix("arg.") }
        guard !pairs.isEmpty else { return try json(form.value("args") ?? "null", Texts.theArguments) }
        var writer = JSONWriter()
        var failure: RouteFailure?
        writer.object { json in
            for pair in pairs {
                let parts = pair.name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
                guard parts.count == 3, let kind = Kind(rawValue: String(parts[1])) else {
                    failure = .badCall(Texts.Refused.badFieldName)
                    continue
                }
                let name = String(parts[2])
                if kind == .text {
                    json.field(name, pair.value)
                } else if !pair.value.isEmpty {
                    do throws(RouteFailure) {
                        let bytes = try ArgumentForm.json(pair.value, name)
                        guard kind != .number || JSONKind(firstByte: bytes[0]) == .number else {
                            throw .badCall(Texts.Refused.notNumber(name))
                        }
                        json.key(name)
                        json.raw(bytes)
                    } catch { failure = error }
                }
            }
        }
        if let failure { throw failure }
        if let more = try form.value("more") { return try merged(writer.bytes, more) }
        // A name that stands twice is found here.
        return try json(text(writer.bytes), Texts.theArguments)
    }

    /// What no field stands for, such as what the example leaves empty, is given as an object of its own.
    private static func merged(_ fields: [UInt8], _ more: String) throws(RouteFailure) -> [UInt8] {
        let further = try JSONBody(try json(more, Texts.moreArguments), what: Texts.moreArguments)
        guard !further.names.isEmpty else { return fields }
        let members = try json(more, Texts.moreArguments).dropFirst().dropLast()
        let isAlone = fields.elementsEqual("{}".utf8)
        return try json(
            text(fields.dropLast() + (isAlone ? [] : [UInt8(ascii: ",")]) + members + [0x7D]), Texts.theArguments)
    }

    private static func json(_ text: String, _ what: String) throws(RouteFailure) -> [UInt8] {
        let bytes = Array(text.utf8)
        var scanner = JSONScanner()
        do throws(JSONSyntaxError) {
            let range = try scanner.scan(bytes)
            return Array(bytes[range]).map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
        } catch {
            throw .badCall(Texts.Refused.notJSON(what, error))
        }
    }
}

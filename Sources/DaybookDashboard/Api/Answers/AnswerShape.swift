internal import DaybookModel

/// What a value looks like as JSON. It stands in the OpenAPI document, so that a client can be made from that; tests
/// hold every answer that they get against it.
indirect enum AnswerShape: Sendable {
    case text, number, fraction, flag, time
    /// A number of a program's own; null where it is infinite, or none.
    case figure
    /// Anything that is JSON: what a job was given or came to.
    case any
    case word([String])
    case list(AnswerShape)
    case object([AnswerField])
    /// One that has a name of its own, among ``AnswerShape/components``.
    case named(String)

    /// A list of objects.
    static func objects(_ fields: [AnswerField]) -> AnswerShape { .list(.object(fields)) }
}

/// A field of an object.
struct AnswerField: Sendable {
    let name: String
    let shape: AnswerShape
    let summary: String
    /// Whether it is always there; otherwise it is left out where there is nothing to say.
    private(set) var isAlways = true

    init(_ name: String, _ shape: AnswerShape, _ summary: String = "") {
        (self.name, self.shape, self.summary) = (name, shape, summary)
    }

    static func text(_ name: String, _ summary: String = "") -> AnswerField { AnswerField(name, .text, summary) }
    static func number(_ name: String, _ summary: String = "") -> AnswerField { AnswerField(name, .number, summary) }
    static func flag(_ name: String, _ summary: String = "") -> AnswerField { AnswerField(name, .flag, summary) }
    static func time(_ name: String, _ summary: String = "") -> AnswerField { AnswerField(name, .time, summary) }

    /// The same, which is not always there.
    var ifAny: AnswerField {
        var field = self
        field.isAlways = false
        return field
    }
}

extension AnswerShape {
    /// As JSON Schema has it.
    func write(to json: inout JSONWriter) {
        switch self {
        case .text: json.field("type", "string")
        case .number: json.field("type", "integer")
        case .fraction: json.field("type", "number")
        case .figure: json.field("type", ["number", "null"])
        case .flag: json.field("type", "boolean")
        case .any: break
        case .time:
            json.field("type", "string")
            json.field("format", "date-time")
        case .word(let words):
            json.field("type", "string")
            json.field("enum", words)
        case .list(let element):
            json.field("type", "array")
            json.key("items")
            json.object { element.write(to: &$0) }
        case .named(let name): json.field("$ref", "#/components/schemas/\(name)")
        case .object(let fields):
            json.field("type", "object")
            json.field("required", fields.filter(\.isAlways).map(\.name))
            json.key("properties")
            json.object { json in
                for field in fields {
                    json.key(field.name)
                    json.object { json in
                        field.shape.write(to: &json)
                        if !field.summary.isEmpty { json.field("description", field.summary) }
                    }
                }
            }
        }
    }
}

extension RouteParameter.Kind {
    /// As what is asked with is written, it looks like what is answered with.
    var shape: AnswerShape {
        switch self {
        case .text: .text
        case .number: .number
        case .fraction: .fraction
        case .flag: .flag
        case .time: .time
        case .json: .any
        case .word(let words): .word(words)
        case .texts: .list(.text)
        case .numbers: .list(.number)
        case .objects: .list(.object([]))
        }
    }
}

internal import DaybookModel

/// What stands in one place of an exported list.
enum ExportCell: Sendable {
    case text(String?)
    case number(Int64?)
    case fraction(Double?)
    case time(Instant?)
    case flag(Bool)
    case texts([String])

    static func count(_ number: some BinaryInteger) -> ExportCell { .number(Int64(clamping: number)) }

    /// For a spreadsheet.
    var plain: String {
        switch self {
        case .text(let text): text ?? ""
        case .number(let number): number.map { "\($0)" } ?? ""
        case .fraction(let number): number.flatMap { $0.isFinite ? "\($0)" : nil } ?? ""
        case .time(let time): time?.iso8601(fraction: .six) ?? ""
        case .flag(let flag): flag ? "yes" : "no"
        case .texts(let texts): texts.joined(separator: " ")
        }
    }

    func write(_ name: String, to json: inout JSONWriter) {
        switch self {
        case .text(let text): json.field(name, text)
        case .number(let number): json.field(name, number)
        case .fraction(let number):
            guard let number else { return }
            json.key(name)
            json.value(number)
        case .time(let time): json.field(name, time)
        case .flag(let flag): json.field(name, flag)
        case .texts(let texts): json.field(name, texts)
        }
    }
}

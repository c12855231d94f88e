public import DaybookModel

/// What a panel shows.
public struct PanelContent: Sendable {
    enum Form: Sendable {
        case table(columns: [String], rows: [[PanelCell]])
        case number(Double, change: Double?)
        case series([PanelPoint])

        var name: String {
            switch self {
            case .table: "table"
            case .number: "number"
            case .series: "series"
            }
        }
    }

    let form: Form
    var unit = ""
    /// Whether there was more than is shown.
    var isCut = false
    /// How many events the rows of a follower have not seen.
    var eventsBehind: UInt64 = 0

    /// So many rows a table has at most, and so many points a series.
    public static let rowsMax = 1_000
    private static let columnsMax = 30
    private static let textLengthMax = 500
    private static let unitLengthMax = 32
    /// All texts of a table together.
    private static let bytesMax = 1 << 20

    private init(_ form: Form, unit: String = "", isCut: Bool = false) {
        self.form = form
        self.unit = String(unit.prefix(PanelContent.unitLengthMax))
        self.isCut = isCut
    }

    /// Rows under columns. Of more than ``rowsMax`` rows the first are shown, and that there are more.
    public static func table(_ columns: [String], _ rows: some Sequence<[PanelCell]>) -> PanelContent {
        let columns = columns.prefix(columnsMax).map { String($0.prefix(textLengthMax)) }
        var (kept, bytes): ([[PanelCell]], Int) = ([], 0)
        for row in rows {
            let cells = columns.indices.map { row.indices.contains($0) ? row[$0].cut(textLengthMax) : .nothing }
            bytes += cells.reduce(0) { $0 + $1.byteCount }
            guard kept.count < rowsMax, bytes <= bytesMax else {
                return PanelContent(.table(columns: columns, rows: kept), isCut: true)
            }
            kept.append(cells)
        }
        return PanelContent(.table(columns: columns, rows: kept))
    }

    /// One number, with what it counts and by how much it has changed if you know.
    public static func number(_ value: Double, unit: String = "", change: Double? = nil) -> PanelContent {
        PanelContent(.number(value, change: change), unit: unit)
    }

    /// One whole number.
    public static func number(_ value: Int, unit: String = "", change: Int? = nil) -> PanelContent {
        number(Double(value), unit: unit, change: change.map(Double.init))
    }

    /// Values over time. Of more than ``rowsMax`` points the newest are shown, and that there are more.
    public static func series(_ points: some Sequence<PanelPoint>, unit: String = "") -> PanelContent {
        let sorted = points.sorted { $0.time < $1.time }
        return PanelContent(.series(sorted.suffix(rowsMax)), unit: unit, isCut: sorted.count > rowsMax)
    }
}

/// What stands in one place of a panel's table. Literals of texts and numbers are cells.
public enum PanelCell: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case number(Double)
    case time(Instant)
    /// A job, with a link to its page.
    case job(JobID)
    case nothing

    var isNumber: Bool {
        switch self {
        case .integer, .number: true
        case .text, .time, .job, .nothing: false
        }
    }

    fileprivate func cut(_ length: Int) -> PanelCell {
        guard case .text(let text) = self, text.utf8.count > length, text.count > length else { return self }
        return .text("\(text.prefix(length))…")
    }

    fileprivate var byteCount: Int { if case .text(let text) = self { text.utf8.count + 16 } else { 16 } }
}

extension PanelCell: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
}

/// A value at an instant.
public struct PanelPoint: Sendable, Equatable {
    /// When it was, or when the span of time began that it stands for.
    public let time: Instant
    /// How much it was.
    public let value: Double

    /// A value at an instant.
    public init(_ time: Instant, _ value: Double) {
        self.time = time
        self.value = value
    }
}

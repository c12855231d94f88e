/// Sizes for people: `1.5 MB`, in steps of 1,024.
package enum ByteCount {
    package static func text(_ bytes: Int) -> String {
        var value = bytes
        var tenths = 0
        var unit = 0
        while value >= 1_024, unit < units.count - 1 {
            tenths = value % 1_024 * 10 / 1_024
            value /= 1_024
            unit += 1
        }
        return unit == 0 || value >= 100 ? "\(value) \(units[unit])" : "\(value).\(tenths) \(units[unit])"
    }

    private static let units = ["B", "KB", "MB", "GB", "TB"]
}

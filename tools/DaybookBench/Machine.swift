import CDaybookPlatform
import Foundation

/// What the numbers were measured on. Without it they say nothing.
struct Machine: Encodable {
    var fileSystem: String
    var flushMedianMicroseconds: Double
    var kernel: String
    var processor: String
    var cores: Int
    var loadAverage: Double
    var isOptimized: Bool
    var date: String

    /// Looks at the machine and at the disk that holds `folder`.
    init(folder: String) throws {
        var found = daybook_file_system()
        let code = daybook_file_system_of(folder, &found)
        fileSystem =
            code == 0
            ? withUnsafeBytes(of: found.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } : "unknown"
        let place = try Place(in: folder, isQuick: false)
        defer { try? place.remove() }
        flushMedianMicroseconds = try Baseline.diskOverwrite.medianOfCommits(in: place, operations: 300).value
        kernel = Self.kernelName()
        processor = Self.processorName()
        cores = ProcessInfo.processInfo.activeProcessorCount
        var loads: [Double] = [0, 0, 0]
        getloadavg(&loads, 3)
        loadAverage = loads[0]
        isOptimized = Self.wasOptimized
        date = ISO8601DateFormatter().string(from: Date())
    }

    private static var wasOptimized: Bool {
        #if DEBUG
            false
        #else
            true
        #endif
    }

    private static func kernelName() -> String {
        var name = utsname()
        guard uname(&name) == 0 else { return "unknown" }
        func text<Characters>(_ characters: Characters) -> String {
            withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return "\(text(name.sysname)) \(text(name.release)) \(text(name.machine))"
    }

    private static func processorName() -> String {
        #if canImport(Darwin)
            var bytes = [UInt8](repeating: 0, count: 256)
            var count = bytes.count
            guard sysctlbyname("machdep.cpu.brand_string", &bytes, &count, nil, 0) == 0 else { return "unknown" }
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        #else
            let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
            let name = lines.first { $0.hasPrefix("model name") || $0.hasPrefix("Model") }
            return name?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
        #endif
    }

    /// The lines above the table.
    var header: String {
        var lines = [
            "\(processor), \(cores) cores, load \(loadAverage.rounded(to: 2)), \(kernel)",
            "\(fileSystem), flush of 4 KB p50 \(Int(flushMedianMicroseconds)) µs, \(date)",
        ]
        if !isOptimized {
            lines.append("Built for debugging: these numbers mean nothing. Build with --configuration release.")
        }
        if fileSystem == "tmpfs" {
            lines.append("In memory: flushes cost nothing here. Give a folder on a disk with --folder.")
        }
        return lines.joined(separator: "\n")
    }
}

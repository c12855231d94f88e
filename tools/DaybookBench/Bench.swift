import Foundation

/// Measures Daybook beside the same work in plain C. Nothing here is a test: it says how fast, never whether right, and
/// no test runs it for its times.
@main
struct Bench {
    static func main() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.first == Child.option { return try await ChildRoles.run(Array(arguments.dropFirst())) }
            let options = try Options(arguments)
            if options.wantsHelp {
                print(Options.usage)
            } else {
                try await run(options)
            }
        } catch let error as UsageError {
            complain("\(error.description)\n\n\(Options.usage)")
            exit(2)
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    private static func run(_ options: Options) async throws {
        let folder = try makeFolder(in: options.folder ?? FileManager.default.temporaryDirectory.path)
        if let kept = options.keptFolder {
            try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let machine = try Machine(folder: folder)
        print(machine.header + "\n")
        var outcomes: [Outcome] = []
        for measurement in options.measurements {
            complain("\(measurement.suite): \(measurement.name)")
            outcomes.append(try await measure(measurement, in: folder, options))
        }
        print(Table.text(of: outcomes))
        if let file = options.jsonFile {
            try Report(machine: machine, options: options, outcomes: outcomes).write(to: file)
        }
    }

    /// Runs both sides in turn, as many rounds as asked for. Who goes first alternates: on a virtual machine memory
    /// that was just let go is quicker to have again than other memory.
    private static func measure(
        _ measurement: Measurement, in folder: String, _ options: Options
    ) async throws -> Outcome {
        let place = try Place(in: folder, isQuick: options.isQuick, kept: options.keptFolder)
        defer { try? place.remove() }
        try await measurement.prepare?(place)
        var outcome = Outcome(measurement: measurement)
        func runOurs() async throws {
            guard let ours = measurement.ours else { return }
            outcome.ours.add(try await ours(place))
            try place.clean()
        }
        func runBaseline() async throws {
            guard let baseline = measurement.baseline else { return }
            outcome.baseline.add(try await baseline(place))
            try place.clean()
        }
        for round in 0..<options.rounds {
            if !round.isMultiple(of: 2) { try await runBaseline() }
            try await runOurs()
            if round.isMultiple(of: 2) { try await runBaseline() }
        }
        return outcome
    }

    private static func makeFolder(in parent: String) throws -> String {
        let folder = "\(parent)/daybook-bench-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        } catch {
            throw UsageError("Cannot make a folder in \(parent). Give one that can be written with --folder.")
        }
        return folder
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

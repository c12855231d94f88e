import Daybook
import DaybookDashboard
import Foundation

struct Greet: Job {
    static let jobName = "greet"
    static let example = Greet(person: "Ada")
    var person: String

    func run(_ context: JobContext) async throws -> String { "Hello, \(person)!" }
}

@main struct Service {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let engine = try JobEngine.open(arguments.first ?? "daybook-data", program: "service") { jobs in
            jobs.register(Greet.self)
        }

        // The first signal asks to stop. The sources hear of signals for as long as somebody holds them.
        let signals = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { engine.stop(within: .seconds(30)) }
            source.resume()
            return source
        }

        let dashboard = try Dashboard(engine)
        let address = arguments.dropFirst().first.flatMap { ListenAddress($0) } ?? .usual
        let server = try HTTPServer(listening: address) { await dashboard.respond(to: $0) }
        print("http://\(server.address)/")

        try await engine.run(workers: 8)  // returns once the engine was stopped and its jobs have ended
        await dashboard.stop()
        await server.finish()
        try await engine.close()
        withExtendedLifetime(signals) {}
    }
}

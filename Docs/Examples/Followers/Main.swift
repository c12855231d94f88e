import Daybook

/// Looks at both views from a process that neither works nor follows:
///
///     follower-examples DIR board
///     follower-examples DIR account CUSTOMER
@main struct FollowerExamples {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let folder = arguments.first, let what = arguments.dropFirst().first else {
            print("usage: follower-examples DIR board | follower-examples DIR account CUSTOMER")
            return
        }
        let engine = try JobEngine.open(folder, program: "follower-examples")
        if what == "board" {
            for line in try HourlyFailures.board(engine) {
                print("\(line.hour) \(line.name): \(line.bad) of \(line.good + line.bad) failed, \(line.percent)%")
            }
        } else if let customer = arguments.last {
            let account = try CustomerLedger.account(of: customer, engine)
            print("\(customer): \(account.runs) runs")
            for entry in account.entries { print("  \(entry)") }
        }
        try await engine.close()
    }
}

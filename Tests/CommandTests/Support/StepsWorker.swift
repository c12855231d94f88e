import Testing

/// The program that works on jobs with steps; it lies beside the program that runs the tests. Between two steps it says
/// so, and waits until it is told to go on.
struct StepsWorker {
    let process: ChildProcess

    init(_ daybook: Daybook) throws {
        let program = try Daybook.program()
        let folder = try #require(program.lastIndex(of: "/").map { program[..<$0] })
        process = try ChildProcess(
            folder + "/DaybookFaults", ["steps", daybook.store, daybook.folder + "/diary"].map(bytes), environment: [:])
    }
}

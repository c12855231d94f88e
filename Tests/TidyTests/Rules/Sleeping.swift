private func test(_ line: String) -> Checkout { ["Tests/DaybookTests/A.swift": line] }

extension Rule {
    /// A test that sleeps is slow where it need not wait and fails where it should have waited longer.
    static let noSleeping = Rule(
        "a test waits for a condition and never sleeps",
        in: { Scope.tests($0) && Scope.source($0) },
        refuses: [
            test("try await Task.sleep(for: .seconds(1))"), test("Thread.sleep(forTimeInterval: 1)"), test("sleep(1)"),
            test("usleep(1000)"), test("nanosleep(&a, nil)"), test("try await ContinuousClock().sleep(for: a)"),
            ["Tests/Reader/test_reader.py": "    time.sleep(1)"],
            ["Tests/Reader/run.sh": "#!/bin/bash\n    sleep 1"],
        ],
        accepts: [
            test("try await clock.sleep(for: .seconds(1))"), test("let command = \"sleep 60\" // sleep(1)"),
            test("let command = \"time.sleep(1)\""), test("isAsleep(1)"),
            test("usleep(1000) // tidy: between two looks at another process"),
            ["Tests/Reader/test_reader.py": "time.sleep(0.01)  # tidy: between two looks at another process"],
            ["Sources/Daybook/A.swift": "sleep(1)"],
        ]
    ) { file in
        let isShell = file.text.hasPrefix("#!") && file.lines[0].hasSuffix("sh")
        let pattern =
            isShell
            ? #"^\s*sleep\s+\S+"#
            : #"(?<![.\w])(?:u|nano)?sleep\s*\("#
                + #"|\b(?:Task|Thread|time|ContinuousClock\(\)|SuspendingClock\(\))\.sleep\b"#
        return file.findings(of: pattern) { "\($0) waits for time to pass; wait for a condition" }
    }
}

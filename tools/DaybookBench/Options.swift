/// What the command line asks for.
struct Options {
    var suites: [String] = []
    var only: String?
    var rounds = 5
    var folder: String?
    var jsonFile: String?
    var keptFolder: String?
    var isQuick = false
    var wantsHelp = false

    static let usage = """
        daybook-bench [SUITE…] [--only TEXT] [--rounds 5] [--folder DIR] [--json FILE] [--keep DIR]
                      [--quick]

        Measures Daybook beside the same work in plain C on the same disk, in rounds that alternate.
        Without a suite all are run. Suites: \(suiteNames.joined(separator: ", ")).

          --only TEXT    only what has this text in its name
          --rounds N     how many rounds; the table shows medians (default 5)
          --folder DIR   the disk to measure on (default: the system's temporary folder)
          --json FILE    also write everything that was measured to FILE
          --keep DIR     leave the store of the suite "dashboard" there, and take it if it is there
          --quick        a tenth of the operations: shows that it works, measures little
        """

    /// The suites there are, in the order of their first measurement.
    static var suiteNames: [String] {
        allMeasurements.reduce(into: []) { names, measurement in
            if !names.contains(measurement.suite) { names.append(measurement.suite) }
        }
    }

    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            func value() throws(UsageError) -> String {
                guard let value = rest.popFirst() else { throw UsageError("\(argument) needs a value.") }
                return value
            }
            switch argument {
            case "--rounds":
                guard let count = Int(try value()), (1...1000).contains(count) else {
                    throw UsageError("--rounds needs a number from 1 to 1000.")
                }
                rounds = count
            case "--only": only = try value()
            case "--folder": folder = try value()
            case "--json": jsonFile = try value()
            case "--keep": keptFolder = try value()
            case "--quick": isQuick = true
            case "--help", "-h": wantsHelp = true
            default:
                guard Self.suiteNames.contains(argument) else {
                    throw UsageError("There is no suite or option \"\(argument)\".")
                }
                suites.append(argument)
            }
        }
    }

    /// The measurements that were asked for.
    var measurements: [Measurement] {
        allMeasurements.filter { measurement in
            (suites.isEmpty || suites.contains(measurement.suite)) && only.map(measurement.name.contains) ?? true
        }
    }
}

/// The call is wrong.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

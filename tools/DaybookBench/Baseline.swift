import CDaybookBenchBaseline

/// The functions of the C baseline, called the Swift way.
enum Baseline {
    case append
    case lifeCycle
    case enqueue
    case diskAppend
    case diskOverwrite
    case handOver

    /// Operations per second, and how long each commit took. `operations` is cut down to whole batches.
    func run(in place: Place, operations full: Int, batch: Int = 1, preload: Int = 0) throws -> Sample {
        let commits = max(1, place.operations(full) / batch)
        let operations = commits * batch
        var latencies = [UInt64](repeating: 0, count: commits)
        var elapsed: UInt64 = 0
        let folder = try place.emptyFolder()
        try latencies.withUnsafeMutableBufferPointer { samples in
            try folder.withCString { folder in
                var run = daybook_baseline_run()
                run.folder = folder
                run.operations = UInt64(operations)
                run.batch = UInt64(batch)
                run.preload = UInt64(preload)
                // Both pointers outlive the call, and C keeps neither.
                run.samples_nanoseconds = samples.baseAddress
                run.samples_capacity = samples.count
                let code = function(&run)
                guard code == 0 else { throw BaselineFailure(code: code, folder: String(cString: folder)) }
                elapsed = run.elapsed_nanoseconds
            }
        }
        return .perSecond(operations: operations, elapsedNanoseconds: elapsed, latencies: latencies)
    }

    /// The same, with the median of the commits as the number.
    func medianOfCommits(in place: Place, operations: Int, batch: Int = 1) throws -> Sample {
        .median(of: try run(in: place, operations: operations, batch: batch).latencies)
    }

    private var function: (UnsafeMutablePointer<daybook_baseline_run>) -> Int32 {
        switch self {
        case .append: { daybook_baseline_append($0) }
        case .lifeCycle: { daybook_baseline_life_cycle($0) }
        case .enqueue: { daybook_baseline_enqueue($0) }
        case .diskAppend: { daybook_baseline_disk_append($0) }
        case .diskOverwrite: { daybook_baseline_disk_overwrite($0) }
        case .handOver: { daybook_baseline_hand_over($0) }
        }
    }
}

/// The baseline could not do its work.
struct BaselineFailure: Error, CustomStringConvertible {
    let code: Int32
    let folder: String

    var description: String {
        let reason = String(cString: daybook_baseline_error_text(code))
        return "The C baseline failed in \(folder): \(reason). Give a folder with free space with --folder."
    }
}

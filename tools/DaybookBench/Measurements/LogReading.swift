import DaybookLog
import DaybookModel
import Foundation

/// What is done with a log of ten million events, three to a job: read it, prove it, fold it, go on with it.
let logReading: [Measurement] = [
    Measurement(
        suite: "reading", name: "scan with checksums, order and chain", unit: .perSecond,
        target: .ours(floor: 6e6, aim: 12e6), prepare: LongLog.make,
        ours: { place in
            var options = LogVerifier.Options()
            options.checksLedgers = false
            let report = try LongLog.verify(place, options)
            return Sample(value: report.eventsPerSecond)
        }),
    Measurement(
        suite: "reading", name: "whole verify, ledgers rebuilt and compared", unit: .perSecond,
        target: .ours(floor: 10e6 / 12, aim: 10e6 / 6), prepare: LongLog.make,
        ours: { Sample(value: try LongLog.verify($0).eventsPerSecond) }),
    Measurement(
        suite: "reading", name: "anonymous memory of a scan", unit: .megabytes,
        target: .ours(floor: 32, aim: 16), prepare: LongLog.make,
        ours: { place in
            var options = LogVerifier.Options()
            options.checksLedgers = false
            return Sample(value: try LongLog.memoryPeak { try LongLog.verify(place, options, note: $0) })
        }),
    Measurement(
        suite: "reading", name: "anonymous memory of a whole verify", unit: .megabytes,
        target: .ours(floor: 128, aim: nil), prepare: LongLog.make,
        ours: { place in Sample(value: try LongLog.memoryPeak { try LongLog.verify(place, note: $0) }) }),
    Measurement(
        suite: "reading", name: "export as JSON Lines", unit: .perSecond,
        target: .ours(floor: 500_000, aim: 1e6), prepare: LongLog.make,
        ours: { place in
            try LongLog.with(place) { store in
                let last = try store.storage.read { try $0.last }
                var byteCount = 0
                return try timedNow(operations: Int(last)) {
                    try LogExporter(store.storage).export { byteCount += $0.count }
                }
            }
        }),
    Measurement(
        suite: "reading", name: "open of a folder with ten million events", unit: .milliseconds,
        target: .ours(floor: 50, aim: 10), prepare: LongLog.make,
        ours: { place in
            let elapsed = try ContinuousClock().measure {
                try LongLog.with(place) { _ = try $0.storage.read { try $0.last } }
            }
            return Sample(value: elapsed / .milliseconds(1))
        }),
    Measurement(
        suite: "reading", name: "anonymous memory of a writer of ten million events", unit: .megabytes,
        target: .ours(floor: 32, aim: 16), prepare: LongLog.make,
        ours: { place in
            try LongLog.with(place) { store in
                let writer = LogWriter(store.storage)
                return Sample(
                    value: try LongLog.memoryPeak { look in
                        for _ in 0..<20 {
                            try SampleLog.liveThrough(1000, batch: 1000, writer)
                            look()
                        }
                    })
            }
        }),
    Measurement(
        suite: "reading", name: "life-cycle, batch 1000, with ten million events / with a thousand", unit: .perSecond,
        target: .ratio(floor: 0.8, aim: nil), prepare: LongLog.make,
        ours: { place in
            try LongLog.with(place) { store in
                let writer = LogWriter(store.storage)
                return try timedNow(operations: 200_000) { try SampleLog.liveThrough(200_000, batch: 1000, writer) }
            }
        },
        baseline: { place in
            let store = try SampleLog.make(in: place)
            defer { store.close() }
            let writer = LogWriter(store.storage)
            try SampleLog.liveThrough(300, batch: 100, writer)
            return try timedNow(operations: 200_000) { try SampleLog.liveThrough(200_000, batch: 1000, writer) }
        }),
    Measurement(
        suite: "reading", name: "fold of all ledgers", unit: .perSecond,
        target: .ours(floor: 3e6, aim: nil), prepare: LongLog.make,
        ours: { place in
            try LongLog.with(place) { store in
                let replay = Replay(store.storage)
                let last = try store.storage.read { try $0.last }
                return try timedNow(operations: Int(last)) { try replay.advance(to: .end) }
            }
        }),
    Measurement(
        suite: "reading", name: "rebuild of ledgers with a thousand wrong rows", unit: .perSecond,
        target: .ours(floor: 1.5e6, aim: 3e6), prepare: LongLog.make,
        ours: { place in
            try LongLog.with(place) { store in
                let last = try store.storage.read { try $0.last }
                try LongLog.spoilRows(1000, in: store)
                return try timedNow(operations: Int(last)) {
                    let now = Instant(microseconds: 1_800_000_000_000_000)
                    _ = try LedgerRebuild(store.storage).run(now: now, by: .person("bench"), reason: "measured")
                }
            }
        }),
]

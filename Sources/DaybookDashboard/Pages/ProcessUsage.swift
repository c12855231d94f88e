// What a process takes of its machine, as Linux tells anybody there under /proc. Elsewhere, and of processes on the
// other side of a container's wall, nothing is known, and nothing is said.

internal import DaybookLog
internal import DaybookModel
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

struct ProcessUsage: Sendable, Equatable {
    /// Processor time since it began.
    let processorSeconds: Double
    /// Of one processor since it was looked at before, 1 being all of it; nil the first time.
    var share: Double?
    /// What of its memory is in the machine's.
    let memoryBytes: Int

    func write(to json: inout JSONWriter) {
        json.key("processorSeconds")
        json.value(processorSeconds)
        if let share {
            json.key("processorShare")
            json.value(share)
        }
        json.field("memoryBytes", memoryBytes)
    }

    /// Of `/proc/PID/stat`. The second field is the program's name, in which there may be anything.
    init?(stat: String, ticksPerSecond: Int, pageBytes: Int) {
        guard let name = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 21, let user = Int(fields[11]), let system = Int(fields[12]), let pages = Int(fields[21])
        else { return nil }
        processorSeconds = Double(user + system) / Double(ticksPerSecond)
        memoryBytes = pages * pageBytes
    }
}

/// Remembers what processes had used when they were looked at before.
final class ProcessUsageDesk: Sendable {
    private struct Look {
        var usage: ProcessUsage
        var nanoseconds: UInt64
    }

    /// Two looks at each process: what it uses is told for the time since the older one, so that who looks twice within
    /// a moment is told of more than that.
    private let looks = Mutex<[Int32: (old: Look?, new: Look)]>([:])
    private let host = try? HostFacts.real()

    private static let apartNanoseconds: UInt64 = 2_000_000_000
    private static let processesMax = 1_000

    /// Whether a process's number means the same here as there.
    func isNear(_ facts: ProcessFacts) -> Bool {
        host.map { $0.pidNamespace == facts.pidNamespace && $0.boot == facts.boot } ?? false
    }

    /// Nil for what cannot be looked at.
    func usage(of process: Int32) -> ProcessUsage? {
        #if os(Linux)
            guard process > 0, let bytes = try? LooseFile.contents("/proc/\(process)/stat"),
                let usage = ProcessUsage(
                    stat: String(decoding: bytes, as: UTF8.self), ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)),
                    pageBytes: sysconf(Int32(_SC_PAGESIZE)))
            else { return nil }
            return note(usage, of: process, at: MonotonicClock.nowNanoseconds)
        #else
            return nil
        #endif
    }

    /// The usage with its share since the look before.
    func note(_ usage: ProcessUsage, of process: Int32, at now: UInt64) -> ProcessUsage {
        looks.withLock { looks in
            let look = Look(usage: usage, nanoseconds: now)
            guard var known = looks[process], known.new.usage.processorSeconds <= usage.processorSeconds else {
                if looks.count >= ProcessUsageDesk.processesMax { looks.removeAll() }
                looks[process] = (nil, look)
                return usage
            }
            if now - min(known.new.nanoseconds, now) >= ProcessUsageDesk.apartNanoseconds {
                known = (known.new, look)
                looks[process] = known
            }
            guard let old = known.old, now > old.nanoseconds else { return usage }
            var usage = usage
            usage.share =
                (usage.processorSeconds - old.usage.processorSeconds) / (Double(now - old.nanoseconds) / 1e9)
            return usage
        }
    }
}

internal import DaybookLog
internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Processes that the log has as alive and that show nothing of themselves: their files were lost, as when the power
/// went before these were on the disk, or somebody took them away. Nobody would ever see them die.
enum UnsignedProcesses {
    /// Those of them that are gone for certain. `signed` are those that have a file, dead or alive.
    static func gone(
        besides signed: Set<SequenceNumber>, by isGone: (ProcessStarted) -> Bool, in log: any LogSnapshot
    ) throws -> [SequenceNumber] {
        var unsigned: [SequenceNumber] = []
        try RowKey.number(0).withBytes { start in
            try log.scan(.processes, from: start) { key, value in
                let key = RowKey(key)
                guard !key.isSentinel else { return true }
                let process = key.first
                if !signed.contains(process), ProcessRecord(value)?.standing.isAlive == true {
                    unsigned.append(process)
                }
                return true
            }
        }
        return unsigned.filter { process in
            // Of one whose event cannot be read nothing is known, and that must not hide the deaths of others.
            guard case .processStarted(let started)? = try? log.event(process, { try Event($0, at: process).body })
            else { return false }
            return isGone(started.value)
        }
    }
}

extension HostFacts {
    /// Whether a process that says this of itself is not there any more. It says nothing of one whose number another
    /// has by now: that is waited for.
    func isGone(_ started: ProcessStarted) -> Bool {
        let isOurBoot = started.boot == boot.withUnsafeBytes { Hexadecimal.text($0) }
        guard isOurBoot || started.boot.isEmpty else { return true }
        guard let number = Int32(exactly: started.processID), number > 0, number != processID else { return true }
        return kill(number, 0) == -1 && errno == ESRCH
    }
}

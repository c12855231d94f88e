import CDaybookBenchLoad
import Foundation

/// Many requests at once, and how each was answered; see `daybook_http_load.h`.
struct HTTPLoad {
    let latencies: [UInt64]
    let statuses: [UInt16]
    let bodyBytes: [UInt32]
    let elapsedNanoseconds: UInt64

    /// `operations` of `requests` in turn. With `perSecond` each is due at an instant of its own, and its latency
    /// counts from there, however late it was sent; without, each connection asks again as soon as it was answered.
    init(
        _ requests: [[UInt8]], operations: Int, connections: Int, perSecond: Double = 0, port: UInt16
    ) throws {
        var latencies = [UInt64](repeating: 0, count: operations)
        var statuses = [UInt16](repeating: 0, count: operations)
        var bodyBytes = [UInt32](repeating: 0, count: operations)
        let all = requests.flatMap { $0 }
        let counts = requests.map(\.count)
        var load = daybook_http_load()
        load.port = port
        load.connections = UInt32(connections)
        load.request_count = requests.count
        load.operations = UInt64(operations)
        load.per_second = perSecond
        let code = all.withUnsafeBufferPointer { bytes in
            var start = 0
            let pointers: [UnsafePointer<UInt8>?] = counts.map { count in
                defer { start += count }
                return bytes.baseAddress! + start
            }
            // All pointers outlive the call, and C keeps none of them.
            return pointers.withUnsafeBufferPointer { pointers in
                counts.withUnsafeBufferPointer { counts in
                    latencies.withUnsafeMutableBufferPointer { latencies in
                        statuses.withUnsafeMutableBufferPointer { statuses in
                            bodyBytes.withUnsafeMutableBufferPointer { bodyBytes in
                                load.requests = pointers.baseAddress
                                load.request_bytes = counts.baseAddress
                                load.latencies_nanoseconds = latencies.baseAddress
                                load.statuses = statuses.baseAddress
                                load.body_bytes = bodyBytes.baseAddress
                                return daybook_http_load_run(&load)
                            }
                        }
                    }
                }
            }
        }
        guard code == 0 else { throw HTTPFailure("The bench's client: \(String(cString: strerror(code))).") }
        (self.latencies, self.statuses, self.bodyBytes) = (latencies, statuses, bodyBytes)
        elapsedNanoseconds = load.elapsed_nanoseconds
    }

    /// Throws if anything was answered otherwise: refusals are quick.
    func require(_ status: UInt16, _ what: (Int) -> String) throws {
        guard let index = statuses.firstIndex(where: { $0 != status }) else { return }
        throw HTTPFailure("\(what(index)) was answered \(statuses[index]) instead of \(status).")
    }
}

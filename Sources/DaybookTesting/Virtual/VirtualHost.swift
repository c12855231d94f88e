package import DaybookLog
internal import DaybookModel
internal import Synchronization

/// The machine that virtual processes believe to be on.
package enum VirtualHost {
    package static func facts(
        processID: Int32, boot: UInt8, time: VirtualTime, seed: UInt64
    ) -> HostFacts {
        let chance = Mutex(Chance(seed: seed))
        return HostFacts(
            processID: processID, effectiveUser: 1, pidNamespace: 1, timeNamespace: 1,
            boot: [UInt8](repeating: boot, count: 16), host: "virtual", user: "nobody",
            fileSystem: { _ in .local(name: "memory") }, now: { time.now },
            randomBytes: { count throws(LogError) in
                chance.withLock { chance in
                    var bytes: [UInt8] = []
                    bytes.reserveCapacity(count + 8)
                    while bytes.count < count {
                        withUnsafeBytes(of: chance.next().littleEndian) { bytes.append(contentsOf: $0) }
                    }
                    return bytes.count == count ? bytes : Array(bytes.prefix(count))
                }
            })
    }

    /// A store in memory with its first event.
    package static func store(_ time: VirtualTime, identity: UInt64) throws -> MemoryStorage {
        let storage = MemoryStorage()
        let bytes = withUnsafeBytes(of: (identity.littleEndian, UInt64(0))) { Array($0) }
        let genesis = Genesis(identity: bytes, format: 1, program: "virtual")
        _ = try LogWriter(storage).turn(now: time.now) {
            try $0.record(Event(time: time.now, body: .genesis(Box(genesis))))
        }
        return storage
    }
}

internal import CDaybookCrypto

/// scrypt (RFC 7914): turns a password into a key, at a cost in time and memory that makes guessing slow.
package enum Scrypt {
    /// What one guess costs: `128 · r · N` bytes of memory, `p` times.
    package struct Cost: Equatable, Sendable {
        package let n: UInt64
        package let r: UInt64
        package let p: UInt64

        package init(n: UInt64, r: UInt64, p: UInt64) {
            (self.n, self.r, self.p) = (n, r, p)
        }

        /// 32 MB and about a tenth of a second.
        package static let usual = Cost(n: 1 << 15, r: 8, p: 1)
        /// What an entry may ask of the machine that checks it.
        package var isBearable: Bool {
            n >= 2 && n & (n - 1) == 0 && n <= 1 << 18 && (1...16).contains(r) && (1...4).contains(p)
        }
    }

    /// Nil if the cost is not one that scrypt knows, or there is no memory for it.
    package static func key(of password: [UInt8], salt: [UInt8], cost: Cost, byteCount: Int = 32) -> [UInt8]? {
        var key = [UInt8](repeating: 0, count: byteCount)
        let password = password.map { CChar(bitPattern: $0) }
        let memory = cost.n.multipliedReportingOverflow(by: 128 * (cost.r &+ cost.p &+ 2) + 256)
        guard !memory.overflow else { return nil }
        let done = unsafe EVP_PBE_scrypt(
            password, password.count, salt, salt.count, cost.n, cost.r, cost.p, memory.partialValue, &key, byteCount)
        return done == 1 ? key : nil
    }
}

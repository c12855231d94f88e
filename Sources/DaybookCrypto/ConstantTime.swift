internal import CDaybookCrypto

/// Comparing what an attacker must not be able to guess byte by byte.
package enum ConstantTime {
    /// Whether both are the same; how long it takes depends on their length alone.
    package static func equal(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
    }
}

/// Turns the arguments of one version of a job into those of the next.
///
///     struct SendMail: Job {
///         static let jobName = "mail.send"
///         static let jobVersion = 2
///         static let upcasts: [JobUpcast] = [
///             .from(1, SendMailToOne.self) { SendMail(to: [$0.to]) }
///         ]
///         var to: [String]
///         …
///     }
///
/// With upcasts from 1 and from 2, arguments of version 1 go through both to become those of version 3.
public struct JobUpcast: Sendable {
    let version: Int
    let change: @Sendable ([UInt8]) throws -> [UInt8]

    /// From the bytes of one version to those of the next.
    public static func from(_ version: Int, _ change: @escaping @Sendable ([UInt8]) throws -> [UInt8]) -> JobUpcast {
        JobUpcast(version: version, change: change)
    }

    /// From a value of the older form, read as JSON, to one of the next.
    public static func from<Old: Decodable & SendableMetatype, New: Encodable & SendableMetatype>(
        _ version: Int, _ old: Old.Type, _ change: @escaping @Sendable (Old) throws -> New
    ) -> JobUpcast {
        JobUpcast(version: version) { try JSON.encode(change(JSON.decode(Old.self, from: $0))) }
    }
}

/// The way from the oldest version that can still be read to the present one.
struct UpcastChain: Sendable {
    let versions: ClosedRange<Int>
    /// In the order in which they are to be taken, the last of them to the present version.
    private let changes: [@Sendable ([UInt8]) throws -> [UInt8]]

    /// Throws a sentence if they are not what they should be.
    init(_ upcasts: [JobUpcast], to version: Int) throws(RegistrationFault) {
        guard (1...RegistrationFault.versionMax).contains(version) else {
            throw RegistrationFault("its version is \(version); versions are 1 to \(RegistrationFault.versionMax)")
        }
        var byVersion: [Int: JobUpcast] = [:]
        for upcast in upcasts {
            guard (1..<version).contains(upcast.version) else {
                throw RegistrationFault(
                    "it has an upcast from version \(upcast.version), which is not older than its version \(version)")
            }
            guard byVersion.updateValue(upcast, forKey: upcast.version) == nil else {
                throw RegistrationFault("it has two upcasts from version \(upcast.version)")
            }
        }
        var oldest = version
        while byVersion[oldest - 1] != nil { oldest -= 1 }
        versions = oldest...version
        changes = (oldest..<version).compactMap { byVersion[$0]?.change }
    }

    func upcast(_ arguments: [UInt8], from version: Int) throws -> [UInt8] {
        try changes.suffix(versions.upperBound - version).reduce(arguments) { try $1($0) }
    }
}

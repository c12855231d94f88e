internal import DaybookCrypto
package import DaybookModel

/// The signature of a message that is sent to somebody who knows the same secret.
package enum WebhookSignature {
    package static let header = "Daybook-Signature"

    /// `t=SECONDS,v1=HEX`: HMAC-SHA-256 of `SECONDS.BODY`. The time is signed so that an old message cannot be sent
    /// anew.
    package static func text(of body: [UInt8], at now: Instant, secret: [UInt8]) -> String {
        let seconds = now.microseconds / 1_000_000
        let code = Hmac.sha256(of: Array("\(seconds).".utf8) + body, key: secret)
        return "t=\(seconds),v1=\(code.withUnsafeBytes { Hexadecimal.text($0) })"
    }
}

internal import DaybookLog
internal import DaybookModel

/// How somebody is told.
public struct AlertDelivery: Sendable {
    /// `group` is told of a process group that is started, and with 0 when it has ended.
    let send: @Sendable (_ alert: Alert, _ now: Instant, _ group: (Int32) -> Void) async throws -> Void

    /// Swift code. What it throws is tried again later.
    public static func call(_ body: @escaping @Sendable (Alert) async throws -> Void) -> AlertDelivery {
        AlertDelivery { alert, _, _ in try await body(alert) }
    }

    /// A command, run by `/bin/sh -c` with the alert as JSON on its standard input, and `DAYBOOK_ALERT` (`open` or
    /// `closed`), `DAYBOOK_ALERT_RULE` and `DAYBOOK_ALERT_TEXT` in its environment. Another exit code than 0, and
    /// taking longer than half a minute, is tried again later.
    public static func command(_ command: String) -> AlertDelivery {
        AlertDelivery { alert, _, group in
            try await ChildCommand(
                words: ["/bin/sh", "-c", command],
                variables: [
                    "DAYBOOK_ALERT": alert.isOpen ? "open" : "closed", "DAYBOOK_ALERT_RULE": alert.rule,
                    "DAYBOOK_ALERT_TEXT": alert.text,
                ], input: alert.json
            ).run(group)
        }
    }

    /// Has `curl` fail of all that is no 2xx: to itself, a redirection that it does not follow is a success.
    private static let post = """
        code=$(curl "$@") || exit
        case $code in
        2??) ;;
        *) echo "it was answered $code, and that is no 2xx" >&2; exit 22 ;;
        esac
        """

    /// An HTTP POST of the alert as JSON, by `curl`, which has to be there. What is not answered with 2xx is tried
    /// again later. With a secret the request is signed: `Daybook-Signature: t=SECONDS,v1=HEX`, where HEX is
    /// HMAC-SHA-256 under the secret of `SECONDS.BODY`. Refuse what is older than five minutes.
    public static func webhook(_ url: String, secret: [UInt8] = []) -> AlertDelivery {
        AlertDelivery { alert, now, group in
            let body = alert.json
            var words = [
                "/bin/sh", "-c", AlertDelivery.post, "curl", "--silent", "--show-error", "--fail", "--max-time", "20",
                "--proto", "=http,https", "--header", "Content-Type: application/json", "--data-binary", "@-",
                "--output", "/dev/null", "--write-out", "%{http_code}",
            ]
            if !secret.isEmpty {
                let signature = WebhookSignature.text(of: body, at: now, secret: secret)
                words += ["--header", "\(WebhookSignature.header): \(signature)"]
            }
            try await ChildCommand(words: words + ["--url", url], variables: [:], input: body).run(group)
        }
    }
}

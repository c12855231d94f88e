/// What every answer says to a browser: it may take scripts and styles from here and nothing from elsewhere, shows the
/// page in nobody's frame, guesses no types, tells nobody else where it came from, and keeps nothing.
enum SecurityFields {
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    static let all = [
        HTTPField("content-security-policy", policy),
        HTTPField("x-content-type-options", "nosniff"),
        HTTPField("x-frame-options", "DENY"),
        // Not `no-referrer`: with that browsers send our own forms with `Origin: null`, as from nobody knows where.
        HTTPField("referrer-policy", "same-origin"),
        HTTPField("cross-origin-opener-policy", "same-origin"),
        HTTPField("cross-origin-resource-policy", "same-origin"),
        HTTPField("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ]

    /// For all but what is compiled in and the same for everyone.
    static let noStore = HTTPField("cache-control", "no-store")
}

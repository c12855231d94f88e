extension Instant {
    /// To the second, in UTC: what a person can take in.
    package var forPeople: String {
        Instant(wholeSeconds: secondsRoundedDown).iso8601()
    }
}

public import DaybookModel

/// How a recurring job recurs: `.zone("Europe/Berlin"), .misfire(.skip), .overlap(.wait), .job(.queue("reports"))`.
public struct RecurringOption: Sendable {
    let change: @Sendable (inout RecurringSet) -> Void
    /// What is wrong with it by itself.
    private(set) var fault: Refusal?

    init(_ change: @escaping @Sendable (inout RecurringSet) -> Void) { self.change = change }

    /// The zone by whose clocks cron expressions, `daily` and `weekly` go; UTC unless said otherwise.
    public static func zone(_ name: String) -> RecurringOption { RecurringOption { $0.zone = name } }

    /// For people.
    public static func description(_ text: String) -> RecurringOption { RecurringOption { $0.description = text } }

    /// The scheduled job that this is one of several triggers of: same group, different arguments, zone or schedule.
    public static func group(_ name: String) -> RecurringOption { RecurringOption { $0.group = name } }

    /// What becomes of occurrences that came while nobody could fire them; ``MisfireRule/once`` unless said otherwise.
    public static func misfire(_ rule: MisfireRule) -> RecurringOption { RecurringOption { $0.misfire = rule } }

    /// An occurrence that is late by more than this has misfired; a minute unless said otherwise.
    public static func lateAfter(_ duration: Duration) -> RecurringOption {
        RecurringOption { $0.lateMicroseconds = duration.clampedMicroseconds }
    }

    /// What becomes of an occurrence while an earlier job is not finished; ``OverlapRule/allow`` unless said otherwise.
    public static func overlap(_ rule: OverlapRule) -> RecurringOption { RecurringOption { $0.overlap = rule } }

    /// Fires up to this much later than planned, drawn anew each time, so that not all fire at once.
    public static func jitter(_ most: Duration) -> RecurringOption {
        RecurringOption { $0.jitterMicroseconds = most.clampedMicroseconds }
    }

    /// No occurrence before this instant.
    public static func starts(_ instant: Instant) -> RecurringOption { RecurringOption { $0.starts = instant } }

    /// No occurrence after this instant.
    public static func ends(_ instant: Instant) -> RecurringOption { RecurringOption { $0.ends = instant } }

    /// Its schedule is shown and not followed: it fires when somebody triggers it.
    public static let byHand = RecurringOption { $0.isManual = true }

    /// How each of its jobs is enqueued. Delays, instants, request ids, and what to do on a conflict make no sense here
    /// and are refused.
    public static func job(_ options: JobOption...) -> RecurringOption {
        var made = RecurringOption { set in
            // An option that counts from now counts from the epoch here, which leaves the plain duration.
            for option in options { option.change(&set.job, .epoch) }
            if let expires = set.job.expires {
                set.expiresAfterMicroseconds = expires.microseconds
                set.job.expires = nil
            }
        }
        made.fault = options.lazy.compactMap(\.fault).first
        if options.conflict ?? .existing != .existing {
            made.fault =
                made.fault
                ?? Refusal(
                    .badOption,
                    "Where a recurring job fires and another has the key, that one answers; leave out what to do on "
                        + "a conflict.")
        }
        return made
    }
}

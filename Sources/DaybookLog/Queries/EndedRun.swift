import DaybookModel

/// A run of a job that came to an end by itself.
public struct EndedRun: Sendable, Hashable {
    /// Whether it succeeded.
    public let isSuccess: Bool
    /// Whether it was the job's last: it succeeded, or no other follows.
    public let isLast: Bool
    /// How long it took.
    public let microseconds: Int
    /// What the handler returned; empty for nothing, and for failures.
    public let result: [UInt8]
    /// The type of the error; empty for successes.
    public let errorType: String
    /// The error's own words; empty for successes.
    public let error: String
}

extension EventBody {
    /// How a run ended, if that is what happened.
    var run: EndedRun? {
        switch self {
        case .succeeded(let success):
            EndedRun(
                isSuccess: true, isLast: true, microseconds: Int(clamping: success.ranMicroseconds),
                result: success.result, errorType: "", error: "")
        case .attemptFailed(let failure): EndedRun(failure.value, isLast: false)
        case .failed(let failure): EndedRun(failure.value, isLast: true)
        default: nil
        }
    }

    /// How a run ended that did not count any more.
    var lateRun: EndedRun? {
        guard case .stale(let box) = self, ["succeeded", "failed"].contains(box.value.what) else { return nil }
        let late = box.value
        return EndedRun(
            isSuccess: late.what == "succeeded", isLast: false, microseconds: Int(clamping: late.ranMicroseconds),
            result: late.result, errorType: late.errorType, error: late.error)
    }

    /// Why it happened, as whoever did it said; empty if nothing was said.
    var reason: String {
        switch self {
        case .attemptFailed(let failure), .failed(let failure): failure.value.reason
        case .stale(let late): late.value.reason
        case .interrupted(let reason, _), .returned(let reason), .cancelled(let reason), .requeued(let reason),
            .parked(let reason), .purged(let reason), .rescheduled(_, let reason), .queuePaused(_, let reason),
            .processAsked(_, let reason), .queueResumed(_, let reason), .rebuilt(_, let reason),
            .batchCancelled(_, let reason):
            reason
        case .recurringSet(let set): set.value.reason
        case .recurringPaused(let step), .recurringResumed(let step), .recurringRemoved(let step), .fired(let step),
            .skipped(let step), .replanned(let step), .postponed(let step):
            step.value.reason
        case .denied(let denied): denied.value.reason
        case .keysChanged(let changed): changed.value.reason
        case .erased(let erased): erased.value.reason
        case .queueLimited(let limited): limited.value.reason
        case .retentionSet(let set): set.value.reason
        case .held(let hold), .released(let hold): hold.value.reason
        default: ""
        }
    }
}

extension EndedRun {
    fileprivate init(_ failure: AttemptFailed, isLast: Bool) {
        self.init(
            isSuccess: false, isLast: isLast, microseconds: Int(clamping: failure.ranMicroseconds), result: [],
            errorType: failure.errorType, error: failure.error)
    }
}

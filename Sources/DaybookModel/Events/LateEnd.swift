/// What became of a run after its claim had been taken from it: kept for whoever wants to know what it did, and counted
/// nowhere.
package struct LateEnd: Equatable, Sendable {
    /// What it would have been: `succeeded`, `failed`, `returned`, …
    package var what: String
    package var reason = ""
    package var step = ""
    package var errorType = ""
    package var ranMicroseconds: UInt64 = 0
    package var salt: UInt64 = 0
    package var result: [UInt8] = []
    package var error = ""

    package init(what: String) {
        self.what = what
    }
}

extension LateEnd {
    init(_ outcome: Outcome) {
        self.init(what: outcome.word)
        switch outcome {
        case .succeeded(let success):
            (ranMicroseconds, salt, result) = (success.ranMicroseconds, success.salt, success.result)
        case .failed(let box):
            let failure = box.value
            (ranMicroseconds, salt) = (failure.ranMicroseconds, failure.salt)
            (errorType, error, reason) = (failure.errorType, failure.error, failure.because)
        case .cancelled(let reason), .parked(let reason): self.reason = reason
        case .snoozed: break
        }
    }

    init(_ stepped: Stepped) {
        self.init(what: "stepped")
        (step, salt, result) = (stepped.step, stepped.salt, stepped.result)
    }
}

public import DaybookLog
internal import DaybookModel

extension JobEngine {
    /// What would have been under another policy: the load that the log recorded, run again by the engine's own rules,
    /// beside how it really went. The same log, policy and seed give the same report, byte for byte.
    ///
    ///     var policy = WhatIf()
    ///     policy.workers = [.init(8)]
    ///     policy.names["mail.send"] = .init(retry: .fixed(.seconds(10)), attempts: 3)
    ///     let report = try engine.whatIf(policy)
    ///
    /// It reads the log from its first event, on the thread that calls; others go on writing, and nothing is written.
    public func whatIf(_ policy: WhatIf, seed: UInt64 = 1) throws -> WhatIfReport {
        try WhatIfReport(of: storage, policy, seed: seed)
    }
}

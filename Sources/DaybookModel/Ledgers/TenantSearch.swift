// What holds back an erasure. A hold on a tenant or on a job is looked up; whether jobs of a held name are the tenant's
// is known only to whoever has looked at all jobs. That is done a part at a time and beside the writers, and the writer
// who erases looks at the few that have come since.

/// Looks through the ledgers for a tenant's jobs.
package struct TenantSearch {
    package let tenant: String
    /// The names that are held and that any job has.
    private let names: Set<UInt32>
    private var next: SequenceNumber = 1
    /// A job of the tenant whose name is held.
    package private(set) var held: SequenceNumber?
    /// Whether the tenant has any job.
    package private(set) var hasJobs = false

    package init(for tenant: String, in ledgers: any Ledgers) throws {
        self.tenant = tenant
        var book = NameBook()
        var found: Set<UInt32> = []
        try RetentionRows.forEachHold(in: ledgers) { text, _ in
            guard case .name(let name)? = HoldScope(text: text) else { return }
            if let number = try book.number(.job, name, in: ledgers) { found.insert(number) }
        }
        names = found
    }

    /// Looks at so many jobs more; answers whether there are others. Whether there is any job is asked for by few.
    package mutating func advance(rows: Int, wantsAny: Bool, in ledgers: any Ledgers) throws -> Bool {
        guard !names.isEmpty || wantsAny && !hasJobs else { return false }
        var left = rows
        try RowKey.number(next).withBytes { start in
            try ledgers.scan(.jobs, from: start) { key, value in
                guard left > 0 else { return false }
                left -= 1
                let job = RowKey(key).first
                next = job + 1
                guard let record = JobRecord(value) else { return true }
                let isHeld = names.contains(record.name)
                guard isHeld || wantsAny && !hasJobs,
                    try RetentionRules.tenant(of: job, record, in: ledgers) == tenant
                else { return true }
                hasJobs = true
                if isHeld, held == nil { held = job }
                return held == nil
            }
        }
        return left == 0 && held == nil
    }

    /// The hold that covers the tenant or a job of his, if one does, in words; as it is at this moment.
    package mutating func hold(in ledgers: any Ledgers) throws -> String? {
        var found: String?
        try RetentionRows.forEachHold(in: ledgers) { text, event in
            guard found == nil, let scope = HoldScope(text: text) else { return }
            switch scope {
            case .tenant(tenant): found = "on \(text) (event \(event))"
            case .job(let job):
                guard let record = try Books.storedJob(job.rawValue, in: ledgers),
                    try RetentionRules.tenant(of: job.rawValue, record, in: ledgers) == tenant
                else { return }
                found = "on \(text) (event \(event)), a job of \(tenant)"
            default: break
            }
        }
        if let found { return found }
        // Somebody has held another name since, or a first job of one that is held has come: rare, and then all are
        // looked at here.
        let fresh = try TenantSearch(for: tenant, in: ledgers)
        if fresh.names != names { self = fresh }
        while try advance(rows: 16_384, wantsAny: false, in: ledgers) {}
        guard let held, let record = try Books.storedJob(held, in: ledgers) else { return nil }
        var book = NameBook()
        let name = try book.text(.job, record.name, in: ledgers) ?? ""
        return "on \(HoldScope.name(name)), and job \(held) of \(tenant) is one of those"
    }
}

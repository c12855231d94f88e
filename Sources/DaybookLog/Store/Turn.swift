package import DaybookModel

/// One turn of the writer: commands in, events out, all of them one commit.
package struct Turn {
    package let transaction: any LogTransaction
    let batch: EventBatch
    private let keyring: Keyring?
    var books: Books
    package let now: Instant
    private(set) var decision: Decision
    /// By the order of events in this turn, as far as any creates a job: what it is, for whoever claims it at once.
    private var createdHere: [Box<Created>?] = []
    /// What claimed jobs were created as.
    var pile = EventPile()
    /// Arguments replaced in this turn, which is rare.
    private var replacedHere: [SequenceNumber: Box<Replaced>] = [:]
    /// What stands before the first event, if there is to be one.
    private var preface: Event?
    /// What a newer release has written and this one does not understand.
    package let stranger: StrangeEvent?

    init(
        transaction: any LogTransaction, batch: EventBatch, books: Books, decision: Decision, now: Instant,
        preface: Event? = nil, stranger: StrangeEvent? = nil
    ) {
        self.stranger = stranger
        self.preface = preface
        self.transaction = transaction
        keyring = transaction.keyring
        self.batch = batch
        self.books = books
        self.now = now
        self.decision = decision
        self.decision.restart(now: now, head: batch.first - 1)
        self.books.beginTurn()
    }

    /// Events so far.
    package var count: Int { batch.count }
    package var byteCount: Int { batch.byteCount }
    /// The last number taken.
    package var last: SequenceNumber { batch.first - 1 + UInt64(batch.count) }

    /// Decides a command and records what follows from it. A refusal is an answer and leaves no trace.
    package mutating func perform(_ command: Command) throws -> Answer {
        switch command {
        case .retention(let retention): try decide(.retention(try withoutOpenWindows(retention)))
        case .finish(let job, let token, .failed(let failure), let actor):
            try decide(.finish(job: job, token: token, .failed(try began(job, failure)), actor: actor))
        case .conclude(let conclusion): try decide(.conclude(try began(conclusion)))
        default: try decide(command)
        }
    }

    private mutating func decide(_ command: Command) throws -> Answer {
        begin()
        let answer = try books.decide(command, &decision, in: transaction)
        try record()
        return answer
    }

    /// Makes ready what has come due, at most `limit` jobs. Answers when to do so next: now, if that was not all.
    package mutating func releaseDue(limit: Int) throws -> Instant? {
        begin()
        let mayBeMore = try books.decideDue(&decision, limit: limit, in: transaction)
        try books.decideOpenings(&decision, limit: limit, in: transaction)
        try record()
        // What is due and stays there cannot be read, and is not waited for.
        return mayBeMore ? now : try books.nextDue(from: now.advanced(microseconds: 1), in: transaction)
    }

    /// Tells those who wait for jobs that have ended, at most about `limit` of them. Answers whether some may be left.
    package mutating func goOnTelling(limit: Int) throws -> Bool {
        var left = limit
        while left > 0 {
            begin()
            guard try books.decideContinued(&decision, limit: left, in: transaction) else { return false }
            left -= max(1, decision.events.count)
            try record()
        }
        return true
    }

    /// Records an event that no rule decides: the first of a log, or one that an import carries over.
    @discardableResult
    package mutating func record(_ event: Event) throws -> SequenceNumber {
        if let preface = preface.take() { try record(preface) }
        let (sequence, isErased) = try append(underKey: event)
        keep(event.body, at: sequence, isErased)
        try books.apply(event, at: sequence, in: transaction)
        return sequence
    }

    private mutating func keep(_ body: EventBody, at sequence: SequenceNumber, _ isErased: Bool) {
        switch body {
        case .created(let created):
            let missing = Int(sequence - batch.first) - createdHere.count
            if missing > 0 { createdHere.append(contentsOf: repeatElement(nil, count: missing)) }
            createdHere.append(isErased ? Turn.withoutPayload(created) : created)
        case .replaced(let replaced): replacedHere[sequence] = replaced
        default: break
        }
    }

    /// Also answers whether its payload was left out, because nobody is ever to read it.
    private mutating func append(underKey event: Event) throws -> (SequenceNumber, isErased: Bool) {
        guard let keyring, event.body.payloadByteCount > 0 else { return (batch.append(event), false) }
        let tenant = keyring.scope == .tenant ? try tenant(of: event) : nil
        let erasure = try tenant.map { try RetentionRows.erasure(of: $0, in: transaction) } ?? 0
        if erasure > 0, try belongs(event, before: erasure) { return (try batch.append(erased: event), true) }
        let sequence = try batch.append(event) { try keyring.seal($0, for: tenant, after: erasure, in: transaction) }
        return (sequence, false)
    }

    private static func withoutPayload(_ created: Box<Created>) -> Box<Created> {
        var gone = created.value
        (gone.sealed, gone.arguments, gone.metadata) = (Keyring.erased, [], [])
        return Box(gone)
    }

    /// Whether an event's payload is of what its tenant had put in before he was erased: of a job from before, of one
    /// that such a job leaves behind when it succeeds, or of one whose definition is from before.
    private mutating func belongs(_ event: Event, before erasure: SequenceNumber) throws -> Bool {
        guard case .created(let created) = event.body else {
            // A definition that was changed by somebody who could not read all of it.
            if case .recurringSet(let set) = event.body, !set.value.job.sealed.isEmpty {
                return try isDefinition(set.value.definition, before: erasure)
            }
            return event.job != 0 && event.job < erasure
        }
        if event.actor.recurring != 0 { return try isDefinition(event.actor.recurring, before: erasure) }
        guard event.cause != 0, let maker = try job(ofEvent: event.cause), maker < erasure else { return false }
        let flags = try books.job(maker, in: transaction)?.flags ?? []
        return try original(maker, flags, withPayload: false).value.tenant == created.value.tenant
    }

    /// Whether what a recurring job's jobs are made of was set before.
    private func isDefinition(_ definition: SequenceNumber, before erasure: SequenceNumber) throws -> Bool {
        try RecurringBook.record(definition, in: transaction).map { $0.version < erasure } ?? true
    }

    /// The job that an event is about, which may be one of this turn; nil if it is about none.
    private func job(ofEvent sequence: SequenceNumber) throws -> SequenceNumber? {
        let job = try event(sequence) { try EventHead($0, at: sequence).job }
        return job == 0 ? nil : job
    }

    /// One event's value, which may be one of this turn; nil if it is not at hand.
    func event<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        sequence >= batch.first
            ? try body(batch.value(Int(sequence - batch.first))) : try transaction.eventAtHand(sequence, body)
    }

    /// Whose the payload of an event is.
    private mutating func tenant(of event: Event) throws -> String? {
        switch event.body {
        case .created(let created), .carried(let created): return created.value.tenant
        case .recurringSet(let set): return set.value.job.tenant
        default:
            guard event.job != 0 else { return nil }
            let flags = try books.job(event.job, in: transaction)?.flags ?? []
            return try original(event.job, flags, withPayload: false).value.tenant
        }
    }

    /// Appends an event that posts nothing: what appending alone costs is measured with it.
    package func append(_ event: Event) {
        batch.append(event)
    }

    func current(_ job: SequenceNumber, _ flags: JobRecord.Flags) throws -> Box<Created> {
        let created = try original(job, flags)
        let replaced = flags.contains(.isReplaced) ? try replacement(of: job) : nil
        let isSealed = !created.value.sealed.isEmpty || replaced?.value.sealed.isEmpty == false
        if isSealed, let tenant = created.value.tenant, try job < RetentionRows.erasure(of: tenant, in: transaction) {
            return Turn.withoutPayload(created)
        }
        return replaced.map { given(created, $0) } ?? created
    }

    private func given(_ created: Box<Created>, _ replaced: Box<Replaced>) -> Box<Created> {
        var current = keyring?.opened(created.value).job ?? created.value
        if current.sealed.isEmpty, let arguments = keyring?.openedArguments(of: replaced.value) {
            current.arguments = arguments
        } else {
            // One of the two cannot be opened here, so whoever runs it will say that he has no key.
            (current.arguments, current.sealed) = (replaced.value.arguments, replaced.value.sealed)
        }
        current.takeForm(of: replaced.value)
        return Box(current)
    }

    private func replacement(of job: SequenceNumber) throws -> Box<Replaced>? {
        guard let event = try KeyBook.replacement(of: job, in: transaction) else { return nil }
        if let replaced = replacedHere[event] { return replaced }
        guard case .replaced(let replaced)? = try transaction.event(event, { try Event($0, at: event) })?.body else {
            throw LogError(.damaged, "Event \(event) does not replace what job \(job) is said to run with.", at: event)
        }
        return replaced
    }

    func original(
        _ job: SequenceNumber, _ flags: JobRecord.Flags, withPayload: Bool = true
    ) throws -> Box<Created> {
        if flags.contains(.isCarried), let carried = try transaction.carriedCreation(of: job, withPayload: withPayload)
        {
            return carried
        }
        if job >= batch.first, Int(job - batch.first) < createdHere.count,
            let created = createdHere[Int(job - batch.first)]
        {
            return created
        }
        let event = try transaction.event(job) { try Event($0, at: job, withPayload: withPayload) }
        return try ClaimedCreation.created(in: event, of: job)
    }

    /// Records an event that is encoded already, as an export tells it: its value from its version on, without a seal.
    mutating func record(encoded value: UnsafeRawBufferPointer, payloadCount: Int) throws {
        batch.append(encoded: value, payloadCount: payloadCount)
        let event = try Event(batch.value(batch.count - 1), at: last, withPayload: false)
        try books.apply(event, at: last, in: transaction)
    }

    /// Its last claim did not look at all that is ready.
    package var claimWasCut: Bool { books.claimWasCut }
    package var claimMetLone: Bool { books.claimMetLone }
    /// When to claim again even if nothing has become ready until then.
    package var claimLooksAgain: Instant? { books.claimLooksAgain }

    /// When the next window of a limit opens for which somebody waits, or that held up its last claim.
    package mutating func nextOpening() throws -> Instant? {
        var next = books.queueOpens
        var first: (instant: Instant, scope: String)?
        try LimitRows.forEachOpening(in: transaction) { instant, scope in
            first = (instant, scope)
            return false
        }
        guard let first else { return next }
        // Nobody waits for the window of a limit that is there no more.
        let opens = try books.limits.rule(first.scope, in: transaction)?.rate == nil ? now : first.instant
        next = min(next ?? opens, opens)
        return next
    }

    package mutating func process(_ id: SequenceNumber) throws -> ProcessRecord? {
        try books.process(id, in: transaction)
    }

    /// Whether one claim may bring forward what another could take.
    package mutating func hasLimits() throws -> Bool { try books.limits.makeJobsWait(in: transaction) }

    package mutating func nextRecurringDue() throws -> Instant? { try books.recurring.nextDue(in: transaction) }

    package mutating func job(_ id: SequenceNumber) throws -> JobRecord? { try books.job(id, in: transaction) }

    private mutating func begin() {
        decision.restart(head: last)
        if let preface { decision.record(preface) }
    }

    private mutating func record() throws {
        if preface != nil {
            guard decision.events.count > 1 else { return }
            preface = nil
        }
        // Where they lie: a loop over the array would copy each of them.
        let events = decision.events
        try events.withUnsafeBufferPointer { events in
            for index in events.indices { try record(events[index]) }
        }
    }
}

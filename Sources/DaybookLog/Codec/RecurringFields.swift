internal import DaybookModel

// The fields of events about recurring jobs, both ways.

extension RecurringSet {
    func writeFacts(to fields: inout FieldWriter) {
        // Who set it stands behind the actor, and is nothing that its jobs have.
        var job = job
        job.client = nil
        Box(job).writeFacts(to: &fields)
        fields.text(.recurringID, id)
        fields.number(.definition, definition == 0 ? nil : definition)
        fields.number(.earlier, earlier == 0 ? nil : earlier)
        fields.text(.description, description)
        fields.text(.group, group)
        fields.text(.schedule, schedule)
        fields.text(.zone, zone)
        fields.text(.zoneData, zoneData)
        fields.text(.misfire, misfire.word)
        if case .each(let max) = misfire { fields.number(.misfireMax, UInt64(max)) }
        fields.text(.overlap, overlap.rawValue)
        fields.number(.lateMicroseconds, UInt64(clamping: lateMicroseconds))
        if jitterMicroseconds != 0 { fields.number(.jitterMicroseconds, UInt64(clamping: jitterMicroseconds)) }
        fields.instant(.starts, starts)
        fields.instant(.ends, ends)
        fields.flag(.manual, isManual)
        fields.text(.origin, origin)
        fields.text(.broken, broken)
        fields.text(.reason, reason)
        plan.writeFacts(to: &fields)
        fields.number(.expiresAfterMicroseconds, expiresAfterMicroseconds.map { UInt64(clamping: $0) })
    }

    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(id: "", job: Created(name: "", queue: "", attempts: 1, salt: 0, arguments: []))
        var max = UInt64(MisfireRule.eachMax)
        var rule = ""
        while let content = try fields.next() {
            switch content.field {
            case .name: job.name = try content.text()
            case .queue: job.queue = try content.text()
            case .recurringID: id = try content.text()
            case .definition: definition = content.number
            case .earlier: earlier = content.number
            case .description: description = try content.text()
            case .group: group = try content.text()
            case .schedule: schedule = try content.text()
            case .zone: zone = try content.text()
            case .zoneData: zoneData = try content.text()
            case .misfire: rule = try content.text()
            case .misfireMax: max = content.number
            case .overlap: overlap = OverlapRule(rawValue: try content.text()) ?? .allow
            case .lateMicroseconds: lateMicroseconds = Int64(clamping: content.number)
            case .jitterMicroseconds: jitterMicroseconds = Int64(clamping: content.number)
            case .starts: starts = content.instant
            case .ends: ends = content.instant
            case .manual: isManual = content.isSet
            case .origin: origin = try content.text()
            case .broken: broken = try content.text()
            case .reason: reason = try content.text()
            case .next: plan.planned = content.instant
            case .nextDue: plan.due = content.instant
            case .expiresAfterMicroseconds: expiresAfterMicroseconds = Int64(clamping: content.number)
            // Of whoever set it, not of the jobs that come of it.
            case .client: break
            default: try job.take(content)
            }
        }
        guard !id.isEmpty, !job.name.isEmpty, !job.queue.isEmpty else { throw .missingField }
        misfire = MisfireRule(word: rule, max: Int(clamping: max)) ?? .once
        plan.readDue()
        job.salt = fields.salt
    }

    /// More than it can take.
    var byteCountMax: Int {
        320 + Box(job).byteCountMax + id.utf8.count + zone.utf8.count + reason.utf8.count + room(description)
            + room(group)
            + room(schedule) + room(zoneData) + room(origin) + room(broken)
    }
}

extension RecurringStep {
    func writeFacts(to fields: inout FieldWriter) {
        fields.number(.definition, definition)
        fields.number(.earlier, earlier)
        fields.instant(.planned, planned)
        fields.instant(.plannedLast, plannedLast)
        if howMany != 0 { fields.number(.howMany, howMany) }
        if origin != .schedule { fields.text(.origin, origin.rawValue) }
        fields.instant(.until, until)
        fields.text(.zoneData, zoneData)
        fields.text(.reason, reason)
        plan.writeFacts(to: &fields)
    }

    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(definition: 0, earlier: 0)
        while let content = try fields.next() {
            switch content.field {
            case .definition: definition = content.number
            case .earlier: earlier = content.number
            case .planned: planned = content.instant
            case .plannedLast: plannedLast = content.instant
            case .howMany: howMany = content.number
            case .origin: origin = FireOrigin(rawValue: try content.text()) ?? .schedule
            case .until: until = content.instant
            case .zoneData: zoneData = try content.text()
            case .reason: reason = try content.text()
            case .next: plan.planned = content.instant
            case .nextDue: plan.due = content.instant
            default: break
            }
        }
        plan.readDue()
    }
}

extension RecurringNext {
    /// An occurrence without jitter is due when it is planned, and says so once.
    fileprivate func writeFacts(to fields: inout FieldWriter) {
        fields.instant(.next, planned)
        if due != planned { fields.instant(.nextDue, due) }
    }

    fileprivate mutating func readDue() {
        if due == nil { due = planned }
    }
}

internal import DaybookLog
internal import DaybookModel

/// An operation in words: what is done, to how many, and which.
extension Operation {
    /// In one line, for lists. `matched` is to how many jobs it was to be done, once that is known.
    package func title(matched: Int?) -> String {
        if let undoes { return "undo operation \(undoes)" }
        let count = chosen.map { $0.count + (missing ?? 0) } ?? matched
        let which = about.isEmpty ? "" : " of \(about)"
        return "\(action.rawValue) \(count.map { $0 == 1 ? "1 job" : "\($0) jobs" } ?? "jobs")\(which)"
    }

    /// The filter in words; empty for jobs that were chosen one by one. A text that is searched for is not quoted: it
    /// may be one of arguments that not everybody may see.
    package var about: String {
        guard chosen == nil, undoes == nil else { return "" }
        var parts: [String] = []
        // Nobody has to name the states of what can be done at all.
        let usual = action.usualStates
        if usual.count == 1 || Set(states) != Set(usual.map(\.name)) { parts += states.map { "state \($0)" } }
        if retrying == true { parts.append("state retrying") }
        if let inQueue { parts.append("queue \(inQueue)") }
        if let name { parts.append("name \(name)") }
        parts += tags.map { "tag \($0)" }
        if let tenant { parts.append("tenant \(tenant)") }
        if text != nil { parts.append("a text") }
        if let error { parts.append("error \(error)") }
        if similar != nil { parts.append("errors that are alike") }
        if let createdFrom { parts.append("enqueued from \(Instant(microseconds: createdFrom))") }
        if let createdBefore { parts.append("enqueued before \(Instant(microseconds: createdBefore))") }
        return parts.joined(separator: ", ")
    }

    /// For lists of jobs; a filter in many words does not fit.
    var displayName: String {
        let title = title(matched: nil)
        return title.utf8.count <= DisplayName.patternBytesMax && !title.contains("{") ? title : action.rawValue
    }
}

extension OperationStatus {
    package var title: String { operation.title(matched: totals?.matched) }
}

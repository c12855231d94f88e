import Daybook
import DaybookModel

extension ValueKind where Value == String {
    /// Any text, the empty one included.
    static func text(_ placeholder: String) -> ValueKind {
        ValueKind(placeholder) { text, _ throws(Failure) in text }
    }

    /// The name of a job, a queue, a key, a tag and the like.
    static func name(_ placeholder: String) -> ValueKind {
        ValueKind(placeholder) { text, label throws(Failure) in
            guard Name.isValid(text) else {
                throw .wrongCall(
                    "\(label) needs a name, not \(quoted(text)): use 1 to \(Name.lengthMax) letters, digits, '.', "
                        + "'_', ':' or '-', beginning with a letter or digit.")
            }
            return text
        }
    }

    /// A text on one line, as long as `bytesMax` at most, for people to read: not blank, nothing in it that moves a
    /// cursor. What joins letters is no such thing: there are languages that cannot be written without it.
    static func line(_ placeholder: String, bytesMax: Int) -> ValueKind {
        ValueKind(placeholder) { text, label throws(Failure) in
            guard !isBlank(text), text.utf8.count <= bytesMax, !text.unicodeScalars.contains(where: breaksLine)
            else {
                throw .wrongCall(
                    "\(label) needs 1 to \(bytesMax) bytes of text without control characters, not \(quoted(text)).")
            }
            return text
        }
    }

    /// What a shell is to run. One that is given nothing succeeds, and nothing has been done.
    static func command(_ placeholder: String) -> ValueKind {
        ValueKind(placeholder) { text, label throws(Failure) in
            guard !isBlank(text) else {
                throw .wrongCall(
                    "\(label) needs a command, not \(quoted(text)): a shell that is given nothing says that all went "
                        + "well.")
            }
            return text
        }
    }

    private static func breaksLine(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

    /// A name that a server is asked for under, without a port.
    static func host(_ placeholder: String) -> ValueKind {
        ValueKind(placeholder) { text, label throws(Failure) in
            guard isHost(text) else {
                throw .wrongCall(
                    "\(label) needs the name of a host such as jobs.example.com, not \(quoted(text)).")
            }
            return text
        }
    }

    /// What browsers call a site: how it is reached and the name, without a path.
    static func origin(_ placeholder: String) -> ValueKind {
        ValueKind(placeholder) { text, label throws(Failure) in
            let scheme = ["https://", "http://"].first { text.hasPrefix($0) } ?? ""
            guard !scheme.isEmpty, isHost(text.dropFirst(scheme.count)) else {
                throw .wrongCall(
                    "\(label) needs an address without a path, such as https://jobs.example.com, not "
                        + "\(quoted(text)).")
            }
            return text
        }
    }

    private static func isHost(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || ".-_:[]".contains($0) }
    }

    static func file(_ placeholder: String = "FILE") -> ValueKind {
        ValueKind(placeholder, completing: .files) { text, label throws(Failure) in try path(text, label) }
    }

    static func folder(_ placeholder: String = "DIR") -> ValueKind {
        ValueKind(placeholder, completing: .folders) { text, label throws(Failure) in try path(text, label) }
    }

    private static func path(_ text: String, _ label: String) throws(Failure) -> String {
        guard !text.isEmpty else { throw .wrongCall("\(label) needs a path, not an empty text.") }
        return text
    }
}

extension ValueKind where Value: RawRepresentable & Sendable, Value.RawValue == String {
    /// One of a few words.
    static func word(_ placeholder: String, of values: [Value]) -> ValueKind {
        let words = values.map(\.rawValue)
        return ValueKind(placeholder, completing: .words(words)) { text, label throws(Failure) in
            guard let value = values.first(where: { $0.rawValue == text }) else {
                throw .wrongCall("\(label) needs one of \(words.joined(separator: ", ")), not \(quoted(text)).")
            }
            return value
        }
    }
}

extension ValueKind where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    static func word(_ placeholder: String) -> ValueKind { word(placeholder, of: Array(Value.allCases)) }
}

extension ValueKind where Value: FixedWidthInteger & Sendable {
    static func number(_ placeholder: String = "N", in range: ClosedRange<Value>) -> ValueKind {
        ValueKind(placeholder, isNumber: true) { text, label throws(Failure) in
            // Swift reads a leading plus; nothing else here does.
            guard !text.hasPrefix("+"), let value = Value(text), range.contains(value) else {
                throw .wrongCall(
                    "\(label) needs a whole number from \(range.lowerBound) to \(range.upperBound), not "
                        + "\(quoted(text))."
                )
            }
            return value
        }
    }
}

extension ValueKind where Value == Dependency {
    /// A job to wait for, and how it is to end: `7`, `7:failure`.
    static var dependency: ValueKind {
        ValueKind("ID[:success|failure|any]") { text, label throws(Failure) in
            let full = text.contains(":") ? text : "\(text):success"
            guard let dependency = Dependency(full), dependency.end == nil else {
                throw .wrongCall(
                    "\(label) needs a job's number, alone or with :success, :failure or :any, not \(quoted(text)).")
            }
            return dependency
        }
    }
}

extension ValueKind where Value == SequenceNumber {
    /// An event's number.
    static var sequence: ValueKind { .number("SEQ", in: 1...SequenceNumber(Int64.max)) }
}

extension ValueKind where Value == JobID {
    static var job: ValueKind {
        ValueKind("ID") { text, label throws(Failure) in
            JobID(rawValue: try ValueKind<SequenceNumber>.sequence.read(text, label))
        }
    }
}

extension ValueKind where Value == JobState {
    static var state: ValueKind {
        let words = JobState.allCases.map(\.name)
        return ValueKind("S", completing: .words(words)) { text, label throws(Failure) in
            guard let state = JobState(name: text) else {
                throw .wrongCall("\(label) needs one of \(words.joined(separator: ", ")), not \(quoted(text)).")
            }
            return state
        }
    }
}

extension ValueKind where Value == EventKind {
    static var eventKind: ValueKind {
        let words = EventKind.allCases.map(\.name)
        return ValueKind("K", completing: .words(words)) { text, label throws(Failure) in
            guard let kind = EventKind(name: text) else {
                let nearest = NearestWord.of(text, in: words).map { "; did you mean \($0)?" } ?? "."
                throw .wrongCall("\(label) needs a kind of event, and \(quoted(text)) is none\(nearest)")
            }
            return kind
        }
    }
}

extension ValueKind where Value == Instant {
    /// ISO 8601 with a zone.
    static var time: ValueKind {
        ValueKind("T") { text, label throws(Failure) in
            do throws(InstantSyntaxError) {
                return try Instant(iso8601: text)
            } catch {
                throw .wrongCall("\(label): \(error.description).")
            }
        }
    }
}

extension ValueKind where Value == WallDuration {
    static var duration: ValueKind {
        ValueKind("D") { text, label throws(Failure) in
            guard let duration = WallDuration(text) else {
                throw .wrongCall("\(label) needs a duration such as 500ms, 30s, 5m, 2h or 1d, not \(quoted(text)).")
            }
            return duration
        }
    }
}

extension ValueKind where Value == WallDuration {
    /// How long others wait for a sign of life.
    static var lease: ValueKind {
        ValueKind("D") { text, label throws(Failure) in
            let duration = try ValueKind.duration.read(text, label)
            guard duration.microseconds >= EngineOptions.leaseMicrosecondsMin else {
                throw .wrongCall(
                    "\(label) needs 100ms at least, not \(quoted(text)): a process renews its lease several times "
                        + "while it lasts, and a busy machine may let it wait.")
            }
            return duration
        }
    }
}

extension ValueKind where Value == Limit.Rate {
    /// So many in a time: `100/1m`.
    static var rate: ValueKind {
        ValueKind("N/D") { text, label throws(Failure) in
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let count = Int(parts[0]), (1...Books.concurrencyMax).contains(count),
                let time = WallDuration(String(parts[1]))
            else {
                throw .wrongCall("\(label) needs how many in how much time, such as 100/1m, not \(quoted(text)).")
            }
            return Limit.Rate(count: count, microseconds: time.microseconds, window: .fixed)
        }
    }
}

extension ValueKind where Value == LogPoint {
    /// A place in the log: an event's number or a time.
    static var point: ValueKind {
        ValueKind("SEQ|T") { text, label throws(Failure) in
            if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                return .sequence(try ValueKind<SequenceNumber>.sequence.read(text, label))
            }
            return .time(try ValueKind<Instant>.time.read(text, label))
        }
    }
}

internal import DaybookModel

// The fields of uniqueness and of what replaces a job's arguments, both ways.

extension Uniqueness {
    static let waitingWord = "waiting"

    func writeFacts(to fields: inout FieldWriter) {
        switch self {
        case .unfinished: break
        case .waiting: fields.text(.unique, Uniqueness.waitingWord)
        case .window(let microseconds): fields.number(.uniqueForMicroseconds, UInt64(clamping: microseconds))
        }
    }
}

extension Replaced {
    func writeFacts(to fields: inout FieldWriter) {
        fields.instant(.due, due)
        if argumentsVersion != 0 { fields.number(.argumentsVersion, argumentsVersion) }
        fields.number(.original, original)
        fields.text(.client, client)
        fields.texts(.secret, secret)
    }

    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(original: 0, salt: 0, arguments: [])
        while let content = try fields.next() {
            switch content.field {
            case .due: due = content.instant
            case .argumentsVersion: argumentsVersion = content.number
            case .original: original = content.number
            case .client: client = try content.text()
            case .secret: secret.append(try content.text())
            case .args: arguments = content.bytes
            case .sealed: sealed = content.bytes
            default: break
            }
        }
        salt = fields.salt
    }
}

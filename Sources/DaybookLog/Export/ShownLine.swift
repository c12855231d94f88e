// A line of an export as people look at it. An export is a true copy, with all that a job was given in it; what is
// printed to be read leaves out what the job's type calls secret, and the salt, with which a short secret could be
// guessed from the line's hash.

package import DaybookModel

package enum ShownLine {
    /// What of an event's payload nobody is shown.
    package enum Cover: Sendable {
        case nothing
        case secrets(Secrets)
        /// Nobody knows any more what is secret in it.
        case payload
    }

    /// `line` is a line of an export without its end.
    package static func text(_ line: [UInt8], _ cover: Cover) -> [UInt8] {
        if case .nothing = cover { return line }
        return line.withUnsafeBytes { text($0, cover) }
    }

    private static func text(_ line: UnsafeRawBufferPointer, _ cover: Cover) -> [UInt8] {
        var scanner = JSONScanner(depthMax: JSONScanner.usualDepthMax + 1, allowsNUL: true)
        guard (try? scanner.scanWhole(line)) != nil else { return Secrets.markJSON }
        var out: [UInt8] = []
        out.reserveCapacity(line.count)
        // The payload's fields stand between the salt and what the line says of its commit.
        var isPayload = false
        for member in scanner.members {
            let key = UnsafeRawBufferPointer(rebasing: line[member.key])
            let value = UnsafeRawBufferPointer(rebasing: line[member.value])
            switch LineKey.index[key] {
            case .salt:
                isPayload = true
                continue
            case .commit: isPayload = false
            default: break
            }
            out.append(UInt8(ascii: out.isEmpty ? "{" : ","))
            out.append(UInt8(ascii: "\""))
            out += key
            out += "\":".utf8
            out += isPayload ? shown(key, Array(value), cover) : Array(value)
        }
        out.append(UInt8(ascii: "}"))
        return out
    }

    /// Fields that stand there in another form than JSON, and those of later releases, are covered whole.
    private static func shown(_ key: UnsafeRawBufferPointer, _ value: [UInt8], _ cover: Cover) -> [UInt8] {
        guard case .secrets(let secrets) = cover, Field(name: String(decoding: key, as: UTF8.self)) != nil else {
            return Secrets.markJSON
        }
        return secrets.json(value)
    }
}

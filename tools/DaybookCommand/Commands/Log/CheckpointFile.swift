import DaybookLog
import DaybookModel

/// What `daybook log checkpoint` prints, read back.
enum CheckpointFile {
    static let fields = ["identity", "seq", "root", "head", "time"]

    static func read(_ path: String) throws(Failure) -> LogCheckpoint {
        do throws(Failure) {
            let line = try JSONLine(try Files.contents(path, bytesMax: 1 << 16), names: fields)
            let identity = try line.value("identity", .text("ID")).flatMap { Hexadecimal.bytes($0) }
            let sequence = try line.value("seq", .sequence)
            let root = try line.value("root", .text("ROOT")).flatMap { Hash(hex: $0) }
            let head = try line.value("head", .text("HEAD")).flatMap { Hash(hex: $0) }
            guard let identity, identity.count == 16, let sequence, let root, let head else {
                throw Failure.wrongCall("a field is missing or not what it should be")
            }
            return LogCheckpoint(identity: identity, sequence: sequence, root: root, head: head)
        } catch {
            throw .wrongCall(
                "\(path) is no checkpoint (\(error.sentence ?? "")); give what `daybook log checkpoint` printed.")
        }
    }
}

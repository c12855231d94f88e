package import DaybookModel

/// Reads the arguments of one type of jobs, in whichever of its forms they were written.
package struct ArgumentsReader<J: JobArguments>: Sendable {
    private let upcasts: UpcastChain

    /// Throws what is wrong with the type's upcasts.
    init() throws(RegistrationFault) {
        upcasts = try UpcastChain(J.upcasts, to: J.jobVersion)
    }

    /// For those outside, who register nothing.
    package init(of type: J.Type) throws {
        do throws(RegistrationFault) {
            try self.init()
        } catch {
            throw RegistrationError(faults: [error.of(J.jobName)])
        }
    }

    /// The forms that can be read.
    package var versions: ClosedRange<Int> { upcasts.versions }

    func read(_ arguments: [UInt8], version: Int) throws -> J {
        do {
            return try JSON.decode(J.self, from: upcasts.upcast(arguments, from: version))
        } catch {
            // The text of a decoding error quotes the arguments, which do not belong into an error.
            throw UnreadableArguments(name: J.jobName)
        }
    }

    /// Nil for what this type cannot read.
    package func read(_ created: Created) -> J? {
        guard versions.contains(created.version) else { return nil }
        return try? read(created.arguments, version: created.version)
    }
}

extension Created {
    /// Which form the arguments have, from 1.
    package var version: Int { max(1, Int(clamping: argumentsVersion)) }
}

/// The arguments in the log are not what the job's type expects.
struct UnreadableArguments: Error, CustomStringConvertible {
    let name: String
    var description: String { "the arguments are not what \(name) can read" }
}

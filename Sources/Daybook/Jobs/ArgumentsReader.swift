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
            return try decoded(arguments, version)
        } catch {
            // Whoever gives none, as the command line and forms let people do, gives all that a type asks for that can
            // do without any.
            if arguments.isEmpty || arguments.elementsEqual("null".utf8), let job = try? decoded(Self.none, version) {
                return job
            }
            // The text of a decoding error quotes the arguments, which do not belong into an error.
            throw UnreadableArguments(name: J.jobName)
        }
    }

    private func decoded(_ arguments: [UInt8], _ version: Int) throws -> J {
        try JSON.decode(J.self, from: upcasts.upcast(arguments, from: version))
    }

    private static var none: [UInt8] { Array("{}".utf8) }

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

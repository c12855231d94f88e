/// What a registered type says of jobs of its name, for those who make one without knowing the type.
struct RegisteredType: Sendable {
    /// Arguments as they may look; nil where the type has no example.
    let example: [UInt8]?
    let secretFields: [String]
    /// What jobs of it are enqueued with, unless somebody says otherwise.
    let defaults: [JobOption]

    init<J: JobArguments>(_ type: J.Type) throws(RegistrationFault) {
        guard J.Example.self == J.self || J.Example.self == J?.self else {
            throw RegistrationFault("its example is none of it: make it a \(J.self)")
        }
        example = (J.example as? J).flatMap { try? JSON.encode($0) }
        secretFields = J.secretFields.sorted()
        defaults = JobRequest.defaults(of: type)
    }
}

/// What a shell may offer in a value's place.
enum ValueCompletion: Sendable, Equatable {
    case nothing, files, folders
    case words([String])
}

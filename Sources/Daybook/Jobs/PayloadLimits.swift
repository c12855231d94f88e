internal import DaybookModel

/// How large what a job carries may be in this process; what a process writes, all others take.
struct PayloadLimits: Sendable {
    let argumentBytesMax: Int
    /// What a result, and what a step comes to, may have.
    let resultBytesMax: Int

    init(_ options: EngineOptions) {
        argumentBytesMax = min(options.argumentBytesMax, Created.argumentBytesMax)
        resultBytesMax = options.resultBytesMax
    }

    /// Throws if so many bytes of arguments are more than this process hands over.
    func checkArguments(_ count: Int) throws(Refusal) {
        if count > argumentBytesMax { throw .argumentsTooLarge(count, bytesMax: argumentBytesMax) }
    }
}

/// What a job is to be done with, as a value: what a caller needs to know of it, and all that stands in the log.
///
/// A type that conforms to this and not to ``Job`` can live in a module that callers and workers share. How it is done
/// is then registered where it runs:
///
///     struct SendInvoice: JobArguments {
///         static let jobName = "invoice.send"
///         static let options: [JobOption] = [.queue("mail"), .attempts(5)]
///         var number: Int
///     }
///
///     let mailer = JobScope { _ in try await Mailer.connect() } end: { mailer, _ in await mailer.close() }
///     let engine = try JobEngine.open("daybook-data") {
///         $0.register(SendInvoice.self, in: mailer) { invoice, mailer, _ in try await mailer.send(invoice.number) }
///     }
public protocol JobArguments: Codable, Sendable {
    /// What a run comes to; nothing, unless it is said.
    associatedtype Output: Sendable = Void

    /// What the job is called in the log, for ever: a type may be renamed, a job may not. See ``Name``.
    static var jobName: String { get }

    /// Which form the arguments have; 1 unless said otherwise. Raise it when an older release could not read them, or
    /// this one not the older, and give an upcast.
    static var jobVersion: Int { get }

    /// How the arguments of older versions become those of this one. Without one for its version a job is parked until
    /// a process comes that can read it.
    static var upcasts: [JobUpcast] { get }

    /// What each job of this type is enqueued with, unless the call says otherwise.
    static var options: [JobOption] { get }

    /// The names of properties that nobody is shown, whatever he may: passwords, keys, numbers of cards. They count
    /// at any depth of the arguments and of the result. The names travel with each job, so that processes that do
    /// not know the type leave them out, too.
    static var secretFields: Set<String> { get }

    /// What an example of it is: one of the type itself, with or without a question mark.
    associatedtype Example: Sendable = Self?

    /// What its arguments may look like: people who start one by hand get a form made of it, filled in so.
    static var example: Example { get }

    /// How its output is written. There is one for nothing, for bytes, and for everything `Codable`.
    static var outputCoding: JobOutputCoding<Output> { get }
}

extension JobArguments {
    /// The first.
    public static var jobVersion: Int { 1 }

    /// None.
    public static var upcasts: [JobUpcast] { [] }

    /// None.
    public static var secretFields: Set<String> { [] }

    /// None.
    public static var options: [JobOption] { [] }
}

extension JobArguments where Example == Self? {
    /// None: the form is made of the newest job's arguments.
    public static var example: Self? { nil }
}

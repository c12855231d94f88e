// What the demonstration does all day: a shop that takes orders, charges cards and sends letters. Some of it goes
// wrong, always the same, so that every page of the dashboard has something to show.

import Daybook
import DaybookModel

struct Greet: Job {
    static let jobName = "demo.greet"
    static let example: Greet? = Greet(person: "Ada")
    var person: String

    func run(_ context: JobContext) async throws -> String {
        context.log("somebody is here: \(person)")
        return "Hello, \(person)!"
    }
}

/// An order comes in: what follows from it is there once it is taken, or never.
struct TakeOrder: Job {
    static let jobName = "demo.order"
    static let options: [JobOption] = [.queue("shop")]
    static let everySeconds: Int64 = 2

    func run(_ context: JobContext) async throws {
        let occurrence = (context.planned ?? context.now).microseconds / 1_000_000 / TakeOrder.everySeconds
        let order = Int(occurrence % 100_000)
        context.log("order \(order) came in")
        try context.enqueue(ChargeCard(order: order), .displayName("Charge order {order}"))
    }
}

/// Charges for an order. For one order in five the bank does not answer at first, and one card in ten is refused.
struct ChargeCard: Job {
    static let jobName = "demo.charge"
    static let options: [JobOption] = [
        .queue("shop"), .attempts(3), .retry(.fixed(.seconds(3))), .retry(never: CardRefused.self),
    ]
    static let secretFields: Set<String> = ["card"]
    static let example: ChargeCard? = ChargeCard(order: 7)
    /// The first for which the bank does not answer at once.
    static let firstFailing = 3
    var order: Int
    var card = "4111 1111 1111 1111"

    func run(_ context: JobContext) async throws -> String {
        context.log("asking the bank for order \(order)")
        context.progress(0.5, "waiting for the bank")
        try await context.sleep(for: .milliseconds(300))
        if order % 10 == 0 { throw CardRefused(order: order) }
        if order % 5 == ChargeCard.firstFailing, context.attempt == 1 {
            context.log(.warning, "the bank is silent")
            throw BankSilent()
        }
        context.count("charged")
        return "receipt \(order)"
    }
}

struct CardRefused: Error, CustomStringConvertible {
    let order: Int
    var description: String { "the card of order \(order) was refused" }
}

struct BankSilent: Error, CustomStringConvertible {
    var description: String { "the bank does not answer; another try will do" }
}

/// One letter of a batch.
struct SendLetter: Job {
    static let jobName = "demo.letter"
    static let options: [JobOption] = [.queue("letters"), .attempts(1), .displayName("Letter to {person}")]
    var person: String

    func run(_ context: JobContext) async throws {
        for part in ["paper", "envelope", "stamp"] {
            context.log(part)
            context.progress(part == "stamp" ? 1 : 0.5, part)
            try await context.sleep(for: .milliseconds(400))
        }
        guard person != "nobody" else { throw NoAddress() }
    }
}

struct NoAddress: Error, CustomStringConvertible {
    var description: String { "nobody has no address" }
}

/// Called back when a batch of letters has ended, and recurs by night.
struct CountLetters: Job {
    static let jobName = "demo.count-letters"
    static let options: [JobOption] = [.queue("letters")]

    func run(_ context: JobContext) async throws {
        context.log("the letters are out; counting what came back")
    }
}

extension JobRegistry {
    mutating func registerShop() {
        register(Greet.self)
        register(TakeOrder.self)
        register(ChargeCard.self)
        register(SendLetter.self)
        register(CountLetters.self)
    }

    mutating func recurShop() {
        recurring(
            "demo.orders", TakeOrder(), .every(.seconds(TakeOrder.everySeconds)), .misfire(.skip),
            .description("somebody orders something"))
        recurring(
            "demo.nightly", CountLetters(), .daily(at: TimeOfDay(2, 30)), .misfire(.skip),
            .description("letters that came back are counted by night"))
    }
}

extension JobEngine {
    /// A batch with a callback. One of its letters fails, so the callback waits for any end.
    func enqueueNewsletter() async throws {
        let people = ["Ada", "Grace", "Alan", "nobody", "Barbara", "Edsger", "Radia", "Donald", "Leslie", "Frances"]
        let letters = try people.map { try Daybook.JobRequest(SendLetter(person: $0)) }
        let batch = try await enqueue(batch: "newsletter", letters)
        try await enqueue(CountLetters(), .after(batch, .any))
    }
}

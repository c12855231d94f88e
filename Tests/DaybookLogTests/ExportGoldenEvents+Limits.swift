import DaybookLog
import DaybookModel

extension ExportGoldenEvents {
    static let limits: [Entry] = {
        var job = Created(name: "mail", queue: "default", attempts: 1, salt: 5, arguments: Array("1".utf8))
        job.tenant = "acme"
        job.limitKeys = ["customer:7", "shop:1"]
        return [
            event(
                .queueLimited(
                    Box(QueueLimited(scope: "key:tenant:*", limit: .concurrency(4), reason: "they are many"))),
                actor: .person("ann")),
            event(.queueLimited(Box(QueueLimited(scope: "name:mail", limit: .serial, reason: "")))),
            event(.queueLimited(Box(QueueLimited(scope: "queue:night", limit: nil, reason: "again")))),
            event(.created(Box(job)), job: 83),
            event(.limited(by: "key:tenant:acme"), job: 83, previous: 83, cause: 83, actor: .system),
        ]
    }()

    static let rates: [Entry] = [
        event(
            .queueLimited(
                Box(QueueLimited(scope: "key:tenant:*", limit: .rate(100, per: .seconds(60), .sliding), reason: "")))),
        event(
            .queueLimited(
                Box(QueueLimited(scope: "name:mail", limit: .concurrency(2).rate(5, per: .seconds(1)), reason: "")))),
        event(.limitOpened("key:tenant:acme"), actor: .system),
    ]

    static let weights: [Entry] = [
        event(.queueLimited(Box(QueueLimited(scope: "key:shop:1", limit: .concurrency(2).weight(3), reason: "")))),
        event(.queueLimited(Box(QueueLimited(scope: "key:shop:*", limit: .weight(1), reason: "in turns")))),
    ]
}

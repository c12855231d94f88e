import DaybookModel

extension ExportGoldenEvents {
    /// A job that does once more what another did.
    static let again: [Entry] = {
        var created = Created(name: "report", queue: "reports", attempts: 3, salt: 5, arguments: Array("[7]".utf8))
        created.rerunOf = 7
        return [event(.created(Box(created)), job: 108, actor: .person("ann"))]
    }()
}

import DaybookDashboard
import DaybookModel

/// What `daybook serve` answers, and to whom.
enum RoutesCommand {
    static let routes = CommandDescription(
        "routes", "every address that `serve` answers, and the permission that it takes"
    ) { _, context in
        if context.isJSON {
            for route in RouteListing.all {
                var json = JSONWriter()
                json.object { json in
                    json.field("method", route.method)
                    json.field("path", route.path)
                    json.field("permission", route.permission)
                    json.field("change", route.isChange)
                    json.field("face", route.face)
                    json.field("summary", route.summary)
                }
                try context.output.line(json.bytes)
            }
            return
        }
        var table = TablePrinter([.init("METHOD"), .init("PATH"), .init("PERMISSION"), .init("WHAT", gives: true)])
        for route in RouteListing.all {
            table.row([.init(route.method), .init(route.path), .init(route.permission), .init(route.summary)])
        }
        for line in table.lines(context.terminal) { try context.output.line(line) }
    }

    static let document = CommandDescription("openapi", "the OpenAPI 3.1 document of the JSON API") { _, context in
        try context.output.line(OpenAPIDocument.json(version: Version.text))
    }
}

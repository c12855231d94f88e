internal import DaybookModel

/// The OpenAPI 3.1 document of what programs can ask for, made from the route table.
package enum OpenAPIDocument {
    package static func json(version: String) -> [UInt8] { json(version: version, of: .daybook) }

    static func json(version: String, of table: RouteTable) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("openapi", "3.1.0")
            json.key("info")
            json.object { json in
                json.field("title", "Daybook")
                json.field("version", version)
                json.field("description", "Jobs, queues, recurring jobs and the log of a store, and work for workers.")
            }
            json.key("paths")
            json.object { paths(table, &$0) }
            json.key("components")
            json.object { components(&$0) }
            json.key("security")
            json.array { json in
                json.object { json in
                    json.key("bearer")
                    json.array { _ in }
                }
            }
        }
        return json.bytes
    }

    private static func paths(_ table: RouteTable, _ json: inout JSONWriter) {
        let routes = table.routes.filter { $0.isForPrograms }
        var seen: [String] = []
        for route in routes where !seen.contains(route.path.description) {
            seen.append(route.path.description)
            json.key(route.path.description)
            json.object { json in
                for one in routes where one.path.description == route.path.description {
                    json.key(one.method.lowercased())
                    json.object { operation(one, &$0) }
                }
            }
        }
    }

    private static func operation(_ route: Route, _ json: inout JSONWriter) {
        json.field("operationId", identifier(of: route))
        json.field("summary", route.summary)
        json.field("x-daybook-permission", route.access.name)
        if route.access == .everyone {
            json.key("security")
            json.array { _ in }
        }
        let parameters = route.parameters.filter { $0.place != .body }
        if !parameters.isEmpty {
            json.key("parameters")
            json.array { json in for one in parameters { json.object { parameter(one, &$0) } } }
        }
        let body = route.parameters.filter { $0.place == .body }
        if !body.isEmpty { requestBody(body, &json) }
        json.key("responses")
        json.object { json in
            for status in [route.success] + (route.successIfThere.map { [$0] } ?? []) {
                json.key("\(status)")
                json.object { json in
                    json.field("description", AnswerWriter.reason(status))
                    content(route.types, &json) { type, json in
                        if type == "application/json" { AnswerShape.of(route)?.write(to: &json) }
                    }
                }
            }
            json.key("default")
            json.object { json in
                json.field("description", "It was not done, and why.")
                content(["application/json"], &json) { AnswerShape.named("Failure").write(to: &$1) }
            }
        }
    }

    private static func content(
        _ types: [String], _ json: inout JSONWriter, _ schema: (String, inout JSONWriter) -> Void
    ) {
        json.key("content")
        json.object { json in
            for type in types {
                json.key(type)
                json.object { json in
                    json.key("schema")
                    json.object { schema(type, &$0) }
                }
            }
        }
    }

    private static func identifier(of route: Route) -> String {
        let words = route.path.description.split { !$0.isLetter && !$0.isNumber }.dropFirst(2)
        let path =
            words.isEmpty
            ? route.path.description.filter(\.isLetter).capitalized
            // Panels called `a1` and `a-1` are two.
            : words.map { $0.first?.isNumber == true ? "_\($0)" : $0.capitalized }.joined()
        return route.method.lowercased() + path
    }

    private static func parameter(_ parameter: RouteParameter, _ json: inout JSONWriter) {
        json.field("name", parameter.name)
        json.field("in", parameter.place.rawValue)
        json.field("description", parameter.summary)
        json.field("required", parameter.isRequired)
        json.key("schema")
        json.object { json in
            parameter.kind.shape.write(to: &json)
            bounds(of: parameter, &json)
        }
    }

    private static func bounds(of parameter: RouteParameter, _ json: inout JSONWriter) {
        guard let range = parameter.range else { return }
        json.field("minimum", range.lowerBound)
        json.field("maximum", range.upperBound)
    }

    private static func requestBody(_ fields: [RouteParameter], _ json: inout JSONWriter) {
        json.key("requestBody")
        json.object { json in
            json.field("required", fields.contains(where: \.isRequired))
            content(["application/json"], &json) { _, json in
                json.field("type", "object")
                json.field("additionalProperties", false)
                json.field("required", fields.filter(\.isRequired).map(\.name))
                json.key("properties")
                json.object { json in
                    for field in fields {
                        json.key(field.name)
                        json.object { json in
                            field.kind.shape.write(to: &json)
                            bounds(of: field, &json)
                            json.field("description", field.summary)
                        }
                    }
                }
            }
        }
    }

    private static func components(_ json: inout JSONWriter) {
        json.key("schemas")
        json.object { json in
            for (name, shape) in AnswerShape.components {
                json.key(name)
                json.object { shape.write(to: &$0) }
            }
        }
        json.key("securitySchemes")
        json.object { json in
            json.key("bearer")
            json.object { json in
                json.field("type", "http")
                json.field("scheme", "bearer")
            }
        }
    }
}

extension StringProtocol {
    /// Its first letter as a capital, without what `Foundation` brings.
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}

extension Route {
    fileprivate var types: [String] {
        switch face {
        case .json: ["application/json"]
        case .file: ["text/csv", "application/json"]
        case .page: ["text/html"]
        case .plain: path.description.hasSuffix("/live") ? ["text/event-stream"] : ["text/plain"]
        }
    }
}

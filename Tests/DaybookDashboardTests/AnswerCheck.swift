import Foundation
import Testing

@testable import DaybookDashboard

/// Holds an answer against what the OpenAPI document says of it: every field there has to be a field said there, of
/// the same kind, and none may be missing that is said to be always there.
enum AnswerCheck {
    static func check(_ response: DashboardResponse, to method: String, _ target: String, _ table: RouteTable) {
        guard (200..<300).contains(response.status), response["content-type"]?.hasPrefix("application/json") == true,
            case .route(let route, _) = table.find(method, target.prefix { $0 != "?" }),
            case .bytes(let bytes) = response.body
        else { return }
        guard let shape = AnswerShape.of(route) else {
            Issue.record("\(route.method) \(route.path) has no shape")
            return
        }
        guard let found = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) else {
            Issue.record("\(method) \(target) is no JSON")
            return
        }
        for fault in faults(found, shape, at: "") { Issue.record("\(method) \(target): \(fault)") }
    }

    private static func faults(_ value: Any, _ shape: AnswerShape, at place: String) -> [String] {
        switch shape {
        case .any: return []
        case .text: return value is String ? [] : ["\(place) is no text"]
        case .time: return (value as? String)?.hasSuffix("Z") == true || isOffset(value) ? [] : ["\(place) is no time"]
        case .flag: return isFlag(value) ? [] : ["\(place) is no flag"]
        case .figure where value is NSNull: return []
        case .number, .fraction, .figure: return value is NSNumber && !isFlag(value) ? [] : ["\(place) is no number"]
        case .word(let words):
            guard let word = value as? String, words.contains(word) else { return ["\(place) is \(value)"] }
            return []
        case .list(let element):
            guard let list = value as? [Any] else { return ["\(place) is no list"] }
            return list.flatMap { faults($0, element, at: place + "[]") }
        case .named(let name):
            guard let shape = AnswerShape.components.first(where: { $0.name == name })?.shape else {
                return ["\(name) is not among the components"]
            }
            return faults(value, shape, at: place)
        case .object(let fields):
            guard let object = value as? [String: Any] else { return ["\(place) is no object"] }
            let known = Set(fields.map(\.name))
            return object.keys.filter { !known.contains($0) && !fields.isEmpty }.map { "\(place).\($0) is unknown" }
                + fields.flatMap { field -> [String] in
                    guard let value = object[field.name] else {
                        return field.isAlways ? ["\(place).\(field.name) is missing"] : []
                    }
                    return faults(value, field.shape, at: "\(place).\(field.name)")
                }
        }
    }

    /// A time by the clocks of a zone.
    private static func isOffset(_ value: Any) -> Bool {
        (value as? String)?.wholeMatch(of: /\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d/) != nil
    }

    private static func isFlag(_ value: Any) -> Bool {
        // Foundation has one class for both; a truth is kept as one byte, and no number of ours is.
        (value as? NSNumber).map { ["c", "B"].contains(String(cString: $0.objCType)) } ?? false
    }
}

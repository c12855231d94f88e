/// What Package.swift says, as far as the rules need it.
struct Manifest {
    struct Target {
        let name: String
        let dependencies: [String]
        let line: Int
    }

    let targets: [Target]
    /// The text of each `.product(…)`.
    let outsideProducts: [String]

    init(_ file: SourceFile) {
        let text = file.swift?.codeAndStrings ?? file.text
        var targets: [Target] = []
        for match in text.matches(of: #"\.(?:target|executableTarget|testTarget|systemLibrary|macro|plugin)\("#) {
            let opening = text.utf8.index(before: match.range.upperBound)
            guard let inside = text.rangeInsideBrackets(openedAt: opening) else { continue }
            let body = String(text[inside])
            guard let name = body.matches(of: #"^\s*name:\s*"([^"]+)""#).first?.groups[0] else { continue }
            let line = text.lineNumber(at: match.range.lowerBound)
            targets.append(Target(name: name, dependencies: Self.dependencies(in: body), line: line))
        }
        self.targets = targets
        outsideProducts = Self.products(in: text).map { String(text[$0]) }
    }

    private static func dependencies(in body: String) -> [String] {
        guard let match = body.matches(of: #"\bdependencies:\s*\["#).first,
            let inside = body.rangeInsideBrackets(openedAt: body.utf8.index(before: match.range.upperBound))
        else { return [] }
        var list = String(body[inside])
        for product in products(in: list).reversed() { list.removeSubrange(product) }
        return list.matches(of: #""(\w+)""#).map { $0.groups[0] }
    }

    private static func products(in text: String) -> [Range<String.Index>] {
        text.matches(of: #"\.product\("#).compactMap { match in
            text.rangeInsideBrackets(openedAt: text.utf8.index(before: match.range.upperBound)).map {
                match.range.lowerBound..<text.utf8.index(after: $0.upperBound)
            }
        }
    }
}

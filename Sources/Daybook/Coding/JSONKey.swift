/// A step of a coding path that no type of the caller's has a name for.
struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }

    /// A place in an array.
    init(index: Int) {
        stringValue = "Index \(index)"
        intValue = index
    }

    /// Where the part of a base class stands.
    static let ofSuper = JSONKey(stringValue: "super")
}

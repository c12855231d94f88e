/// A value as it stands in a document. All values stand in one list: each container before what is in it, so that
/// whoever knows where a value begins knows all of it.
struct JSONToken {
    enum Kind: UInt8 { case text, number, yes, no, null, array, object }

    /// What is known of an object's keys: whether each stands once, without escapes and in ASCII.
    enum Keys: UInt8 { case unknown, plain, odd }

    let kind: Kind
    /// Of a text, that it has neither escapes nor control characters; of a number, that it has digits only.
    var isPlain = false
    /// Of a member, that its key is such a text.
    var hasPlainKey = false
    var keys = Keys.unknown
    /// Where its text begins, behind the quotation mark if it has one. Of an object: the member that was found last.
    var start: UInt32
    /// Where its text ends. Of a container: how many values stand in it.
    var end: UInt32
    /// Of a member, where its key stands; of an element, how many stand before it.
    let keyStart: UInt32
    let keyEnd: UInt32
    /// The container around it.
    let parent: UInt32
    /// The value behind it and all that it contains.
    var next: UInt32

    var text: Range<Int> { Int(start)..<Int(end) }
    var key: Range<Int> { Int(keyStart)..<Int(keyEnd) }
    var index: Int { Int(keyStart) }
    var count: Int { Int(end) }
}

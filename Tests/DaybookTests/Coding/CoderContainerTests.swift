import Daybook
import Foundation
import Testing

/// Encodes as a closure says.
private struct Written: Encodable {
    let write: (any Encoder) throws -> Void

    init(_ write: @escaping (any Encoder) throws -> Void) { self.write = write }

    func encode(to encoder: any Encoder) throws { try write(encoder) }
}

private struct Key: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    let intValue: Int? = nil

    init(stringLiteral value: String) { stringValue = value }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

private struct Failure: Error {}

@Suite struct `Containers that a type writes to` {
    @Test func `may be written to beside one another`() {
        expectSameBytes(
            Written { encoder in
                var outer = encoder.container(keyedBy: Key.self)
                try outer.encode(1, forKey: "z")
                var inner = outer.nestedContainer(keyedBy: Key.self, forKey: "m")
                try outer.encode("text", forKey: "b")
                try inner.encode(2, forKey: "y")
                var list = outer.nestedUnkeyedContainer(forKey: "a")
                try inner.encode([1, 2], forKey: "x")
                try list.encode(3)
                var deep = list.nestedContainer(keyedBy: Key.self)
                try list.encode(4)
                try deep.encode(Shape.named("n"), forKey: "s")
                var deeper = list.nestedUnkeyedContainer()
                try list.encode("last")
                try deeper.encode(true)
                try deeper.encodeNil()
                try outer.encodeNil(forKey: "c")
                #expect(list.count == 5 && deeper.count == 2)
            })
    }

    @Test func `keep the later of two values of one key, and go on with a container of one key`() {
        expectSameBytes(
            Written { encoder in
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(1, forKey: "a")
                try container.encode(0, forKey: "b")
                try container.encode([5], forKey: "a")
            })
        expectSameBytes(
            Written { encoder in
                var container = encoder.container(keyedBy: Key.self)
                var first = container.nestedContainer(keyedBy: Key.self, forKey: "a")
                try first.encode(1, forKey: "x")
                var second = container.nestedContainer(keyedBy: Key.self, forKey: "a")
                try second.encode(2, forKey: "y")
                try second.encode(3, forKey: "x")
                try container.encode(["q": 1, "p": 2], forKey: "o")
                var third = container.nestedContainer(keyedBy: Key.self, forKey: "o")
                try third.encode("\"", forKey: "p")
                for _ in 0..<2 {
                    var list = container.nestedUnkeyedContainer(forKey: "l")
                    try list.encode(7)
                    _ = container.nestedUnkeyedContainer(forKey: "l")
                }
                _ = container.nestedContainer(keyedBy: Key.self, forKey: "gone")
                try container.encode(1, forKey: "gone")
            })
    }

    @Test func `order keys by their bytes, and take texts for one that Swift does`() {
        let keys = [
            "é", "e\u{301}", "b", "B", "a", "", "aa", "a\"", "a!", "a\n", "a\\", "\u{1}", "K", "\u{212A}", "abcdefgh",
            "abcdefghi", "abcdefgha", "abcdefghé", "漢", "😀", "a b", "a/b",
        ]
        let seed = UInt64.random(in: 0...(.max))
        var chance = CoderChance(seed: seed)
        for _ in 0..<300 {
            let chosen = chance.array(8) { keys[$0.below(keys.count)] }
            expectSameBytes(
                Written { encoder in
                    var container = encoder.container(keyedBy: Key.self)
                    for (index, key) in chosen.enumerated() {
                        try container.encode(index, forKey: Key(stringValue: key))
                    }
                }, "\(chosen), seed \(seed)")
        }
        let many = Dictionary(uniqueKeysWithValues: (0..<2000).map { ("key \($0 * 7919 % 2000)", $0) })
        expectSameBytes(many)
    }

    @Test func `of one value are one, whoever asks for them`() {
        expectSameBytes(
            Written { encoder in
                var first = encoder.container(keyedBy: Key.self)
                try first.encode(1, forKey: "b")
                var second = encoder.container(keyedBy: Key.self)
                try second.encode(2, forKey: "a")
                try first.encode(3, forKey: "c")
            })
        expectSameBytes(
            Written { encoder in
                var single = encoder.singleValueContainer()
                try single.encode(["x": 1])
                var keyed = encoder.container(keyedBy: Key.self)
                try keyed.encode(2, forKey: "a")
            })
        expectSameBytes(
            Written { encoder in
                var list = encoder.unkeyedContainer()
                try list.encode(1)
                var again = encoder.unkeyedContainer()
                try again.encode(2)
                #expect(again.count == 2)
            })
        // A value beside a container is left out.
        expectSameBytes(
            Written { encoder in
                var keyed = encoder.container(keyedBy: Key.self)
                try keyed.encode(2, forKey: "a")
                var single = encoder.singleValueContainer()
                try single.encode(5)
            })
    }

    @Test func `have a place for base classes`() {
        expectSameBytes(
            Written { encoder in
                var container = encoder.container(keyedBy: Key.self)
                try 5.encode(to: container.superEncoder())
                _ = container.superEncoder(forKey: "nothing")
                try ["a": 1].encode(to: container.superEncoder(forKey: "b"))
                try container.encode(1, forKey: "z")
            })
        expectSameBytes(
            Written { encoder in
                var list = encoder.unkeyedContainer()
                try [1, 2].encode(to: list.superEncoder())
                try list.encode(3)
                _ = list.superEncoder()
            })
    }

    // Foundation keeps the failed value's containers for the next one, and ends the process.
    @Test func `forget a value that failed`() throws {
        let value =
            Written { encoder in
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(1, forKey: "b")
                let bad = Written { encoder in
                    var inner = encoder.container(keyedBy: Key.self)
                    var part = inner.nestedContainer(keyedBy: Key.self, forKey: "p")
                    try part.encode(1, forKey: "q")
                    try inner.encode([Written { _ in throw Failure() }], forKey: "r")
                }
                #expect(throws: Failure.self) { try container.encode(bad, forKey: "a") }
                #expect(throws: EncodingError.self) { try container.encode(Double.nan, forKey: "é") }
                #expect(throws: EncodingError.self) { try container.encode([1, Double.nan], forKey: "ö") }
                var list = container.nestedUnkeyedContainer(forKey: "l")
                try list.encode(1)
                #expect(throws: Failure.self) { try list.encode(bad) }
                #expect(throws: EncodingError.self) { try list.encode([Double.infinity]) }
                try list.encode(2)
                try container.encode(3, forKey: "c")
            }
        #expect(try String(decoding: JSON.encode(value), as: UTF8.self) == #"{"b":1,"c":3,"l":[1,2]}"#)
        #expect(outcome { "\(try JSON.encode([Written { _ in throw Failure() }]))" } == "another error: Failure()")
    }

    @Test func `know where they are`() throws {
        var paths: [String] = []
        let value = Written { encoder in
            paths.append(path(encoder.codingPath))
            var outer = encoder.container(keyedBy: Key.self)
            var list = outer.nestedUnkeyedContainer(forKey: "list")
            try list.encode(0)
            paths.append(path(list.codingPath))
            var inner = list.nestedContainer(keyedBy: Key.self)
            paths.append(path(inner.codingPath))
            let leaf = Written { paths.append(path($0.codingPath)) }
            try inner.encode([leaf], forKey: "leaves")
            try leaf.encode(to: outer.superEncoder())
            paths.append(path(outer.codingPath))
        }
        _ = try JSON.encode(["a": value])
        #expect(
            paths == [
                "a", "a / list", "a / list / Index 1", "a / list / Index 1 / leaves / Index 0", "a / super", "a",
            ])
    }

    @Test func `take nothing more when their value has ended`() throws {
        var kept: KeyedEncodingContainer<Key>?
        var keptList: (any UnkeyedEncodingContainer)?
        var keptEncoder: (any Encoder)?
        let keeper = Written { encoder in
            keptEncoder = encoder
            kept = encoder.container(keyedBy: Key.self)
            try kept?.encode(1, forKey: "a")
            keptList = kept?.nestedUnkeyedContainer(forKey: "l")
        }
        func write() throws {
            try kept?.encode(2, forKey: "b")
            try keptList?.encode([3])
            var part = kept?.nestedContainer(keyedBy: Key.self, forKey: "n")
            try part?.encode(["x": 1], forKey: "y")
            var single = keptEncoder?.singleValueContainer()
            try single?.encode(4)
            try single?.encode([4])
            _ = keptEncoder?.codingPath
            _ = keptList?.count
            var other = keptEncoder?.unkeyedContainer()
            try other?.encode(5)
        }
        let whole = Written { encoder in
            var list = encoder.unkeyedContainer()
            try list.encode(keeper)
            try write()
            try list.encode(9)
        }
        #expect(try String(decoding: JSON.encode(whole), as: UTF8.self) == #"[{"a":1,"l":[]},9]"#)
        try write()
    }

    @Test func `make the encoding fail where a type contradicts itself, and do not end the process`() {
        let contradictions: [(any Encoder) throws -> Void] = [
            { encoder in
                var single = encoder.singleValueContainer()
                try single.encode(1)
                try single.encode(2)
            },
            { encoder in
                var single = encoder.singleValueContainer()
                try single.encode(["a": 1])
                try single.encode(2)
            },
            { encoder in
                _ = encoder.container(keyedBy: Key.self)
                var list = encoder.unkeyedContainer()
                try list.encode(1)
                _ = list.nestedUnkeyedContainer()
            },
            { encoder in
                var list = encoder.unkeyedContainer()
                var single = list.superEncoder().singleValueContainer()
                try single.encode(1)
                try single.encode(2)
            },
            { encoder in
                _ = encoder.unkeyedContainer()
                var keyed = encoder.container(keyedBy: Key.self)
                try keyed.encode(1, forKey: "b")
                try keyed.encode(1, forKey: "a")
                _ = keyed.nestedContainer(keyedBy: Key.self, forKey: "c")
            },
            { encoder in
                var single = encoder.singleValueContainer()
                try single.encode("a")
                var keyed = encoder.container(keyedBy: Key.self)
                try keyed.encode(1, forKey: "a")
            },
            { encoder in
                var keyed = encoder.container(keyedBy: Key.self)
                try keyed.encode(1, forKey: "a")
                _ = keyed.nestedContainer(keyedBy: Key.self, forKey: "a")
            },
            { encoder in
                var keyed = encoder.container(keyedBy: Key.self)
                _ = keyed.nestedUnkeyedContainer(forKey: "a")
                _ = keyed.nestedContainer(keyedBy: Key.self, forKey: "a")
            },
            { encoder in
                var keyed = encoder.container(keyedBy: Key.self)
                var same = keyed
                try keyed.encode(Written { _ in try same.encode(1, forKey: "b") }, forKey: "a")
            },
        ]
        for (index, contradiction) in contradictions.enumerated() {
            #expect(throws: EncodingError.self, "\(index)") { try JSON.encode([Written(contradiction)]) }
        }
    }
}

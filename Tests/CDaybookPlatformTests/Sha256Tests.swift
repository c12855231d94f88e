import CDaybookCrypto
import CDaybookPlatform
import Testing

/// The digest through the functions of CDaybookCrypto, of the message as these pieces.
private func digest(_ pieces: [ArraySlice<UInt8>]) -> [UInt8] {
    var hash = daybook_sha256()
    #expect(daybook_sha256_open(&hash))
    defer { daybook_sha256_close(&hash) }
    daybook_sha256_begin(&hash)
    for piece in pieces {
        piece.withUnsafeBytes { daybook_sha256_add(&hash, $0.baseAddress, $0.count) }
    }
    var digest = [UInt8](repeating: 0, count: 32)
    daybook_sha256_end(&hash, &digest)
    return digest
}

/// The digests through `daybook_sha256_many`.
private func digests(_ messages: [[UInt8]]) -> [[UInt8]] {
    let pointers = messages.map { message in
        let place = UnsafeMutableRawPointer.allocate(byteCount: message.count, alignment: 1)
        if !message.isEmpty { place.copyMemory(from: message, byteCount: message.count) }
        return Optional(UnsafeRawPointer(place))
    }
    defer { pointers.forEach { $0?.deallocate() } }
    var output = [UInt8](repeating: 0, count: messages.count * 32)
    #expect(daybook_sha256_many(pointers, messages.map(\.count), messages.count, &output) == 0)
    return messages.indices.map { Array(output[($0 * 32)..<($0 * 32 + 32)]) }
}

private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

@Suite struct Sha256Tests {
    static let published: [(message: String, digest: String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]

    @Test(arguments: published)
    func `the published examples come out`(message: String, expected: String) {
        let bytes = Array(message.utf8)
        #expect(hex(digest([bytes[...]])) == expected)
        #expect(digests([bytes]).map(hex) == [expected])
    }

    @Test func `a message may come in pieces`() {
        var generator = Generator(seed: 7)
        let bytes = generator.bytes(200)
        let whole = digest([bytes[...]])
        for cut in 0...200 {
            #expect(digest([bytes[..<cut], bytes[cut...]]) == whole, "cut at \(cut)")
        }
    }

    @Test func `a message that was begun and not ended is forgotten`() {
        var hash = daybook_sha256()
        #expect(daybook_sha256_open(&hash))
        defer { daybook_sha256_close(&hash) }
        var digest = [UInt8](repeating: 0, count: 32)
        daybook_sha256_begin(&hash)
        daybook_sha256_add(&hash, "left behind", 11)
        daybook_sha256_of(&hash, "abc", 3, &digest)
        #expect(hex(digest) == Self.published[1].digest)
    }

    @Test func `many messages of all lengths agree with libcrypto`() {
        var generator = Generator(seed: 8)
        let messages = (0...260).map { generator.bytes($0) }
        let agree = digests(messages) == messages.map { digest([$0[...]]) }
        #expect(agree, "seed \(generator.seed)")
    }

    @Test func `lists of any size and any mixture of lengths agree with libcrypto`() {
        var generator = Generator(seed: 9)
        for count in 0...40 {
            let messages = (0..<count).map { _ in
                generator.bytes([0, 1, 55, 56, 64, 119, 120, 160, 513, 2000].randomElement(using: &generator) ?? 0)
            }
            let agree = digests(messages) == messages.map { digest([$0[...]]) }
            #expect(agree, "\(messages.map(\.count)), seed \(generator.seed)")
        }
    }

    @Test func `nothing behind a message is read`() throws {
        let memory = try GuardedBytes(capacity: 600)
        for count in Array(0...200) + [513, 600] {
            let bytes = [UInt8](repeating: 0x5A, count: count)
            let place = memory.atTheEnd(bytes)
            var output = [UInt8](repeating: 0, count: 64)
            #expect(daybook_sha256_many([place, place], [count, count], 2, &output) == 0)
            #expect(Array(output[..<32]) == digest([bytes[...]]))
            #expect(Array(output[32...]) == digest([bytes[...]]))
        }
    }
}

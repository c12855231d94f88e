import DaybookCrypto
import Testing

struct AesGcmTests {
    private let zeros = [UInt8](repeating: 0, count: 32)

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }

    private func seal(_ message: [UInt8], nonce: [UInt8]? = nil, context: [UInt8] = []) -> [UInt8] {
        message.withUnsafeBytes {
            AesGcm.seal($0, key: zeros, nonce: nonce ?? Array(zeros[..<12]), context: context)
        }
    }

    private func open(_ sealed: [UInt8], nonce: [UInt8]? = nil, context: [UInt8] = []) -> [UInt8]? {
        sealed.withUnsafeBytes {
            AesGcm.open($0, key: zeros, nonce: nonce ?? Array(zeros[..<12]), context: context)
        }
    }

    @Test func `test cases 13 and 14 of the mode's specification come out`() {
        #expect(hex(seal([])) == "530f8afbc74536b9a963b4f1c4cb738b")
        let sealed = seal(Array(zeros[..<16]))
        #expect(hex(sealed) == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
        #expect(open(sealed) == Array(zeros[..<16]))
    }

    @Test func `what was altered anywhere does not open`() {
        let message = Array("to be kept secret".utf8)
        let sealed = seal(message, context: [1, 2])
        #expect(open(sealed, context: [1, 2]) == message)
        #expect(open(sealed, context: [1, 3]) == nil)
        #expect(open(sealed, nonce: [UInt8](repeating: 1, count: 12), context: [1, 2]) == nil)
        for place in sealed.indices {
            var altered = sealed
            altered[place] ^= 0x40
            #expect(open(altered, context: [1, 2]) == nil)
        }
        #expect(open(Array(sealed.dropLast()), context: [1, 2]) == nil)
        #expect(open([]) == nil)
    }
}

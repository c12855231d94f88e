/// Base64 with padding, as everybody writes it.
enum Base64 {
    static func text(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { bytes in
            String(unsafeUninitializedCapacity: ByteWriter.base64Bytes(bytes.count)) { memory in
                guard let start = memory.baseAddress else { return 0 }
                var out = ByteWriter(at: UnsafeMutableRawPointer(start))
                out.base64(bytes)
                return ByteWriter.base64Bytes(bytes.count)
            }
        }
    }

    static func bytes(_ text: String) -> [UInt8]? {
        Array("\"\(text)\"".utf8).withUnsafeBytes { LineValue.base64($0) }
    }
}

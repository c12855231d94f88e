extension JSONScanner {
    /// The elements of an array that has been scanned: values one after the other, a comma or a bracket between them.
    package static func elements(of bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        let array = Array(bytes)
        var scanner = JSONScanner()
        var elements: [ArraySlice<UInt8>] = []
        var offset = 1
        while offset < array.count {
            let range = array.withUnsafeBytes { try? scanner.scanValue($0, from: offset) }
            // What is no value is the bracket that ends an empty array.
            guard let range else { break }
            elements.append(array[range])
            offset = range.upperBound
            while offset < array.count, array[offset] != UInt8(ascii: ",") { offset += 1 }
            offset += 1
        }
        return elements
    }
}

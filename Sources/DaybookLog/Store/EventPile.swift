/// Values of events that one turn has read for others, one behind another in a few pieces of memory: a piece of its own
/// for each would cost as much as reading it, and is given back on another thread than the one that asked for it.
///
/// A piece goes when the last of those that have a value in it has gone, which may be a long run among short ones: so
/// pieces are small. A copy of the pile would write where the other does; there is one to a turn.
package struct EventPile {
    /// Bytes that are written before anybody else knows of them, and never again.
    fileprivate final class Piece: @unchecked Sendable {
        let memory: UnsafeMutableRawBufferPointer

        init(byteCount: Int) {
            memory = .allocate(byteCount: byteCount, alignment: 16)
        }

        deinit { memory.deallocate() }
    }

    /// One event's value.
    package struct Value: Sendable {
        fileprivate let piece: Piece
        fileprivate let range: Range<Int>

        func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
            try withExtendedLifetime(piece) { try body(UnsafeRawBufferPointer(rebasing: piece.memory[range])) }
        }
    }

    private var piece: Piece?
    private var used = 0

    /// The first piece of a turn is small, because most turns read little.
    private static let pieceBytes = (least: 1 << 10, most: 1 << 14)

    mutating func add(_ value: UnsafeRawBufferPointer) -> Value {
        let piece = piece(for: value.count)
        let range = used..<used + value.count
        UnsafeMutableRawBufferPointer(rebasing: piece.memory[range]).copyMemory(from: value)
        used = range.upperBound
        return Value(piece: piece, range: range)
    }

    private mutating func piece(for byteCount: Int) -> Piece {
        if let piece, piece.memory.count - used >= byteCount { return piece }
        let twice = (piece?.memory.count ?? 0) * 2
        let larger = Piece(
            byteCount: max(byteCount, min(EventPile.pieceBytes.most, max(EventPile.pieceBytes.least, twice))))
        (piece, used) = (larger, 0)
        return larger
    }
}

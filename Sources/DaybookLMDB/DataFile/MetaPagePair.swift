// A bit that flips in a transaction number makes LMDB take the older state for the newest, and the last commit is gone
// without a word. But the two numbers are not free: transaction n is written to page n & 1, so they are neighbours, an
// even one in the first page and an odd one in the second. Both are 0 in a new file, and a compacted copy begins with
// 0 and 1.
//
// A flip may turn neighbours into neighbours: 2 and 1 into 2 and 3. The free lists tell those apart. A transaction
// that changes anything lists, under its own number, the pages that it no longer needs; so no list names a transaction
// later than its own page does, and the newer page's list does not end before the older one's. Both lists are whole
// after a crash, too: a transaction writes only to pages that neither meta page leads to.

/// The two meta pages of a file, which must fit each other.
struct MetaPagePair {
    let first: MetaPage
    let second: MetaPage

    func agrees(in file: DataFile) throws(DataFile.ReadFailure) -> Bool {
        if first.transactionID == 0, second.transactionID == 0 { return true }
        guard first.transactionID.isMultiple(of: 2), !second.transactionID.isMultiple(of: 2) else { return false }
        let isFirstNewer = first.transactionID > second.transactionID
        let (newer, older) = isFirstNewer ? (first, second) : (second, first)
        guard newer.transactionID - older.transactionID == 1 else { return false }
        // A list that cannot be read is damage of another kind, which is found by whoever needs that list.
        guard let newest = try FreeList(file: file, meta: newer).newestTransaction(),
            let before = try FreeList(file: file, meta: older).newestTransaction()
        else { return true }
        return newest <= newer.transactionID && before <= older.transactionID && before <= newest
    }
}

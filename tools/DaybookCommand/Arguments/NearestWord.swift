// The word that somebody probably meant: the one with the smallest edit distance (insert, delete or replace a
// character, or swap two neighbours), if it is small beside the word's length. Words are few and short, so the table of
// distances is computed plainly.

enum NearestWord {
    static func of(_ text: String, in words: some Sequence<String>) -> String? {
        // What nobody types by mistake is not worth a table of its size.
        guard text.utf8.count <= 64 else { return nil }
        var best: (word: String, distance: Int)?
        for word in words {
            let distance = distance(text, word)
            if distance <= max(1, word.count / 2), distance < best?.distance ?? .max { best = (word, distance) }
        }
        return best?.word
    }

    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var rows = [Array(0...right.count)]
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { cost = min(cost, rows[i - 1][j - 1] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}

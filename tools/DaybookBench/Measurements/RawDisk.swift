/// What one write of 4 KB and one flush cost without LMDB: the floor under every commit.
let rawDisk: [Measurement] = [
    Measurement(
        suite: "disk", name: "4 KB overwritten + fdatasync", unit: .microseconds,
        baseline: { try Baseline.diskOverwrite.medianOfCommits(in: $0, operations: 2000) }),
    Measurement(
        suite: "disk", name: "4 KB appended + fdatasync", unit: .microseconds,
        baseline: { try Baseline.diskAppend.medianOfCommits(in: $0, operations: 2000) }),
]

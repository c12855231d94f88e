package import DaybookModel

/// What an upgrade of a store would do.
package struct UpgradePlan: Sendable {
    /// In which form the store is.
    package let from: StoreVersions
    /// In which form this release writes.
    package let to: StoreVersions
    /// Ledgers that this release keeps and the store does not have.
    package let missing: [String]
    /// The last event: so many are read to make the ledgers.
    package let last: SequenceNumber
    /// Whether an upgrade was interrupted that was to do so, and left something that takes room.
    package let hasRemains: Bool
    /// The processes that have the store open: none may when it is upgraded.
    package let openedBy: [FoundPresence]

    package var isNeeded: Bool { from != to || !missing.isEmpty }

    /// Why it cannot be done now, if it cannot.
    package func obstacle(_ path: String) -> LogError? {
        if let newer = newer(path) { return newer }
        guard isNeeded, !openedBy.isEmpty else { return nil }
        let names = openedBy.map { found in
            found.facts.map { "\($0.program), pid \($0.processID)" } ?? "a process of a later release"
        }
        return LogError(
            .unusable,
            """
            \(path) is open in \(names.count) \(names.count == 1 ? "process" : "processes") \
            (\(names.joined(separator: "; "))), which would go on in its old form. Stop \
            \(names.count == 1 ? "it" : "them"), then upgrade.
            """)
    }

    private func newer(_ path: String) -> LogError? {
        guard from.format > to.format || from.ledgers > to.ledgers else { return nil }
        return LogError(
            .unusable,
            """
            \(path) has \(from.text); this release writes \(to.text) and cannot bring it back to that. Use the newer \
            release that made it.
            """)
    }
}

/// What an upgrade has done.
package struct UpgradeSummary: Equatable, Sendable {
    package let from: StoreVersions
    package let to: StoreVersions
    /// Rows of the ledgers that were made.
    package let rows: UInt64
    /// The event that says so; nil if there was nothing to do.
    package let event: SequenceNumber?
}

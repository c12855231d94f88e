// Follows the chain through a log: leaves into the tree, the tree's root into the head of each commit, and that against
// the seal.
//
// Damage must not drown what comes after it. Every later root contains a leaf that is wrong, so once a head differs the
// follower is in doubt and says no more of the same, until a head agrees again or it has put itself right: wherever a
// stored node covers all that came before (every 256 events), it can take the stored nodes for the leaves below them.
// They were written when the events were, so heads after them agree again, and damage is told from damage event by
// event or at worst block by block.
//
// A stored node that differs from its events is not reported at once: if the next head agrees with the events, it is
// the node's row that is wrong; if not, it is the events, and the node only says so too.

internal import DaybookLMDB
internal import DaybookModel

struct ChainFollower {
    /// What following a commit's end showed.
    enum Outcome: Equatable {
        case agrees
        /// The head does not follow from what came before it. Said once for each place.
        case differs(nodesDiffer: Bool)
        /// Something reported before leaves nothing to compare with.
        case unchecked
    }

    typealias Node = HistoryTree.Node
    typealias StoredNode = (_ level: UInt8, _ index: UInt64) throws -> Hash?

    /// `nil` while a leaf below is not known.
    private var tree: HistoryTree?
    /// How many events the follower has passed.
    private var position: UInt64
    /// The head of the commit before, as its seal says and as it was computed here. Either may be what the next one was
    /// made from.
    private var storedHead: Hash?
    private var computedHead: Hash?
    private var isInDoubt = false
    /// Set where the stored nodes were taken over, until a head has agreed.
    private var isUnproven = false
    private var failedRestarts = 0
    /// Completed nodes whose rows differ, until the next head says which of the two is wrong.
    private var differing: [Node] = []
    private var completed: [Node] = []
    private let sha = Sha256()

    /// What reading the stored nodes failed with. They are not looked at again: a snapshot that met a bad page there
    /// can go on with nothing else, and the events are read in another one.
    private(set) var nodesProblem: (any Error)?
    /// Stored nodes found wrong or missing, since these were last taken.
    private(set) var wrongNodes: [Node] = []
    /// The last root computed at a commit's end.
    private(set) var root: Hash?

    private static let blockEvents: UInt64 = 1 << UInt64(4 * HistoryTree.lowestStoredLevel)

    /// Begins behind the first `position` events, whose tree is `tree` and whose last commit has this head.
    init(after position: UInt64, tree: HistoryTree, head: Hash?) {
        self.position = position
        self.tree = tree
        storedHead = head
    }

    mutating func takeWrongNodes() -> [Node] {
        defer { wrongNodes.removeAll() }
        return wrongNodes
    }

    mutating func add(_ leaf: Hash, _ stored: StoredNode) {
        position += 1
        if tree != nil {
            if !completed.isEmpty { completed.removeAll(keepingCapacity: true) }
            tree!.append(leaf, completed: &completed)
            for node in completed where differs(node, stored) { differing.append(node) }
        }
        if position % ChainFollower.blockEvents == 0 { restartIfNeeded(stored) }
    }

    /// Passes events whose leaves are not known.
    mutating func skip(_ count: UInt64, _ stored: StoredNode) {
        guard count > 0 else { return }
        position += count
        tree = nil
        storedHead = nil
        computedHead = nil
        differing.removeAll()
        if position % ChainFollower.blockEvents == 0 { restartIfNeeded(stored) }
    }

    /// Something about the events just passed has been reported: a head that differs now says nothing new.
    mutating func doubt() { isInDoubt = true }

    /// Whether nothing at all was out of order so far.
    var isSpotless: Bool { tree != nil && !isInDoubt && differing.isEmpty && wrongNodes.isEmpty && nodesProblem == nil }

    /// Compares the seal of the commit that ends here.
    mutating func end(_ seal: Seal) -> Outcome {
        defer { storedHead = seal.head }
        guard let tree, storedHead != nil || computedHead != nil else {
            computedHead = nil
            return .unchecked
        }
        let root = tree.root()
        self.root = root
        func head(after previous: Hash) -> Hash {
            Seal.head(after: previous, root: root, count: seal.count, ledgers: seal.ledgers, sha)
        }
        if let storedHead, head(after: storedHead) == seal.head { return agrees(seal.head) }
        let fromComputed = computedHead.map(head(after:))
        if fromComputed == seal.head { return agrees(seal.head) }
        computedHead = fromComputed ?? storedHead.map(head(after:))
        return differs()
    }

    private mutating func agrees(_ head: Hash) -> Outcome {
        computedHead = head
        isInDoubt = false
        isUnproven = false
        failedRestarts = 0
        if !differing.isEmpty {
            wrongNodes += differing
            differing.removeAll(keepingCapacity: true)
        }
        return .agrees
    }

    private mutating func differs() -> Outcome {
        defer {
            isInDoubt = true
            differing.removeAll(keepingCapacity: true)
        }
        if isUnproven {
            failedRestarts += 1
            isUnproven = false
            // The stored nodes are no help either; nothing more can be said about heads.
            if failedRestarts > 2 { tree = nil }
        }
        return isInDoubt ? .unchecked : .differs(nodesDiffer: !differing.isEmpty)
    }

    /// Takes the stored nodes for what came before, if what is known of it is in doubt.
    private mutating func restartIfNeeded(_ stored: StoredNode) {
        guard tree == nil || isInDoubt, failedRestarts <= 2, nodesProblem == nil else { return }
        do {
            tree = try HistoryTree(
                count: position,
                node: { level, index in
                    guard let node = try stored(level, index) else { throw LogError(.notFound, "") }
                    return node
                },
                leaf: { _ in throw LogError(.notFound, "") })
        } catch {
            return note(error)
        }
        differing.removeAll(keepingCapacity: true)
        isInDoubt = false
        isUnproven = true
    }

    private mutating func differs(_ node: Node, _ stored: StoredNode) -> Bool {
        guard nodesProblem == nil else { return false }
        do {
            return try stored(node.level, node.index) != node.hash
        } catch {
            note(error)
            return nodesProblem == nil
        }
    }

    /// A row that is no node is one that differs; all else is about the page that it lies on.
    private mutating func note(_ error: any Error) {
        guard let error = error as? LMDBError, !error.isMalformedValue else { return }
        nodesProblem = nodesProblem ?? error
    }
}

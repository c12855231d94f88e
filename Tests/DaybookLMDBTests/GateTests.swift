@testable import DaybookLMDB
import Testing

@Suite struct `The gate` {
    private let reader = ThreadIdentity(number: 1)
    private let mover = ThreadIdentity(number: 2)
    private let newcomer = ThreadIdentity(number: 3)

    @Test func `stops newcomers while somebody wants it alone, but not who is inside`() {
        let gate = Gate()
        #expect(gate.enters(reader))
        #expect(gate.isAskedFor(by: mover))
        #expect(!gate.isHadAlone(.moveMap))
        #expect(!gate.enters(newcomer))
        #expect(gate.enters(reader))
        gate.state.leave(reader)
        gate.state.leave(reader)
        #expect(gate.isHadAlone(.moveMap))
        #expect(!gate.enters(newcomer))
        #expect(!gate.enters(reader))
        gate.state.endBeingAlone()
        #expect(gate.enters(newcomer))
    }

    @Test func `is nobody's alone twice`() {
        let gate = Gate()
        #expect(gate.isAskedFor(by: mover))
        #expect(gate.isAskedFor(by: newcomer))
        #expect(gate.isHadAlone(.moveMap))
        #expect(!gate.isHadAlone(.moveMap))
        gate.state.endBeingAlone()
        #expect(gate.isHadAlone(.close))
    }

    @Test func `opens again when who wanted it alone gives up`() {
        let gate = Gate()
        #expect(gate.enters(reader))
        #expect(gate.isAskedFor(by: mover))
        gate.state.giveUpBeingAlone()
        #expect(gate.enters(newcomer))
    }

    @Test func `is not had alone by a thread that is inside`() {
        let gate = Gate()
        #expect(gate.enters(reader))
        #expect(!gate.isAskedFor(by: reader))
    }

    @Test func `lets the map be moved beside a scan that stepped aside, but nothing be closed`() {
        let gate = Gate()
        #expect(gate.enters(reader))
        gate.state.stepAside(reader)
        #expect(gate.isAskedFor(by: mover))
        #expect(!gate.isHadAlone(.close))
        #expect(!gate.isStoodBackIn(by: reader))
        #expect(gate.isHadAlone(.moveMap))
        #expect(!gate.isStoodBackIn(by: reader))
        gate.state.endBeingAlone()
        #expect(gate.isStoodBackIn(by: reader))
        #expect(gate.state.isInside(reader))
    }

    @Test func `lets a scan finish when the environment is being closed`() {
        let gate = Gate()
        #expect(gate.enters(reader))
        gate.state.stepAside(reader)
        gate.state.refusal = LMDBError.environmentClosedCode
        #expect(gate.isAskedFor(by: mover))
        #expect(gate.isStoodBackIn(by: reader))
    }

    @Test func `turns everybody away once it refuses`() {
        let gate = Gate()
        gate.state.refusal = LMDBError.environmentDeadCode
        #expect(!gate.enters(newcomer))
    }
}

/// The gate's state where a test can ask it questions that change it.
private final class Gate {
    var state = GateState()

    func enters(_ thread: ThreadIdentity) -> Bool {
        if case .entered = state.tryEnter(thread, takingIdleReader: false) { true } else { false }
    }

    func isAskedFor(by thread: ThreadIdentity) -> Bool { state.askToBeAlone(thread) }

    func isHadAlone(_ purpose: TransactionGate.Purpose) -> Bool { state.tryBeAlone(purpose) }

    func isStoodBackIn(by thread: ThreadIdentity) -> Bool { state.tryStepBack(thread) }
}

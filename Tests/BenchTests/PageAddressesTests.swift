import Testing

@testable import DaybookBench

@Suite struct `What the bench of the dashboard asks for` {
    @Test func `is every page with each of its filters, and nothing else`() {
        #expect(PageAddresses.differences == [])
    }
}

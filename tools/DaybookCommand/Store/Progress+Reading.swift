import DaybookLog

extension Progress {
    func update(_ reading: ReadProgress) {
        update("reading \(reading.phase.object)", reading.position, of: reading.total)
    }
}

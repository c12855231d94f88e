internal import DaybookModel

extension Command {
    /// Whether it may ask this process for something.
    var asksProcess: Bool {
        if case .askProcess = self { true } else { false }
    }

    /// Whether it may end a run from outside.
    var mayTakeClaim: Bool {
        switch self {
        case .cancel, .delete: true
        default: false
        }
    }
}

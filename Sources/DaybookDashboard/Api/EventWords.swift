internal import DaybookLog
internal import DaybookModel

extension Event {
    /// What somebody may know of it beyond the kind: programs and files are told this, and pages in the words of their
    /// catalogue. What a job's user gave or got, all its keys too, needs a permission of its own, `isOpen`.
    func detail(isOpen: Bool) -> String {
        guard !isOpen else { return detail }
        return switch body {
        case .created(let created), .carried(let created): created.value.closedDetail
        case .limited(let scope): "by \(LimitScope.withoutKey(scope))"
        case .limitOpened(let scope): LimitScope.withoutKey(scope)
        case .reported, .duplicate: ""
        default: detail
        }
    }
}

extension Created {
    fileprivate var closedDetail: String {
        let again = rerunOf == 0 ? "" : ", job \(rerunOf) once more"
        return "\(name), queue \(queue)\(again)"
    }
}

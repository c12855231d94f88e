internal import DaybookLMDB
internal import DaybookModel
internal import Synchronization

/// A view, as this process has it: closed, or open for whoever of its threads needs it.
final class View: Sendable {
    let id: ViewID
    let home: ViewHome
    private let opened = Mutex<OpenView?>(nil)

    init(_ id: ViewID, _ home: ViewHome) {
        self.id = id
        self.home = home
    }

    /// The view as whoever keeps it up to date has left it.
    func forReading() throws -> OpenView {
        try opened.withLock { opened in
            if let open = opened, try open.isCurrent(id, home) { return open }
            opened.take()?.close()
            let found = try home.alone { () throws(LogError) in
                guard let folder = try home.folder(of: id) else { return OpenView?.none }
                return try existing(in: folder)
            }
            guard let open = found ?? nil else {
                throw LogError(
                    .notFound,
                    """
                    There is no view \(id) yet. It is built as soon as a process that has the store open follows it, \
                    and anew after each start of the machine.
                    """)
            }
            opened = open
            return open
        }
    }

    /// The view for the process that keeps it up to date: made anew if it is missing, or not to be trusted.
    func forOwner() throws -> OpenView {
        try opened.withLock { opened in
            if let open = opened, try open.isCurrent(id, home) { return open }
            opened.take()?.close()
            let made = try home.alone { () throws(LogError) in
                guard let folder = try home.folder(of: id) else { return OpenView?.none }
                if let open = try existing(in: folder) { return open }
                return try make(in: folder)
            }
            guard let open = made ?? nil else { throw ViewGone() }
            opened = open
            return open
        }
    }

    /// Closes the view in this process.
    func close() {
        opened.withLock { $0.take()?.close() }
    }

    /// Throws the view away. Only for whoever keeps it up to date.
    func discard() throws(LogError) {
        close()
        _ = try home.alone { () throws(LogError) in
            if let folder = try home.folder(of: id) { try View.clear(folder) }
        }
    }

    /// Opens what is there; nil if it cannot be believed.
    private func existing(in folder: FolderDescriptor) throws(LogError) -> OpenView? {
        guard let data = try folder.status(of: ViewHome.File.data),
            try ViewStamp(id: id, identity: home.identity, boot: home.host.boot, data: data).isThere(in: folder)
        else { return nil }
        do {
            return try OpenView(in: folder, home, isBeingMade: false)
        } catch let error as LMDBError where error.condemnsView {
            return nil
        } catch {
            throw LogError(error, doing: "open \(folder.path)")
        }
    }

    private func make(in folder: FolderDescriptor) throws(LogError) -> OpenView {
        try View.clear(folder)
        do {
            let open = try OpenView(in: folder, home, isBeingMade: true)
            let owner = try home.owner
            try owner.take([ViewHome.File.data, ViewHome.File.lock], in: folder)
            guard let data = try folder.status(of: ViewHome.File.data) else { throw LMDBError.malformedView }
            try ViewStamp(id: id, identity: home.identity, boot: home.host.boot, data: data)
                .write(in: folder, for: owner)
            return open
        } catch {
            throw LogError(error, doing: "make a view in \(folder.path)")
        }
    }

    private static func clear(_ folder: FolderDescriptor) throws(LogError) {
        for name in [ViewHome.File.stamp, ViewHome.File.data, ViewHome.File.lock] { try folder.remove(name) }
    }
}

/// Somebody has deleted the view in this very moment. Whoever keeps it up to date begins again.
struct ViewGone: Error {}

internal import Daybook
internal import DaybookModel

/// What those ask who keep the program running. They see no more than yes or no.
enum HealthRoutes {
    static let all = [
        Route("GET", "/health", .everyone, .plain, "Whether the writer answers; 503 when it is stuck") { call in
            await call.dashboard.pulse.isAlive(within: .seconds(5))
                ? .text(200, "ok") : .text(503, "the writer does not answer")
        },
        Route(
            "GET", "/ready", .everyone, .plain,
            "Whether new jobs are taken; 503 when the store cannot be written, its reserve is in use, the process is "
                + "stopping, or it is of an older release than what has written to the store"
        ) { call in
            guard await call.dashboard.pulse.isAlive(within: .seconds(5)) else {
                return .text(503, "the writer does not answer")
            }
            switch call.engine.readiness {
            case .ready: return .text(200, "ready")
            case .stopping: return .text(503, "the process is stopping")
            case .outOfSpace: return .text(503, "the disk is full")
            case .outdated: return .text(503, "a newer release has written what this one does not know")
            }
        },
    ]
}

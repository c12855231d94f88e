extension RouteTable {
    /// Everything that the dashboard answers. Fixed addresses stand before those with names.
    static let daybook = RouteTable(
        routes: SignInRoutes.all + PageRoutes.all.map(\.inThePast) + StatusRoutes.all + [StoragePage.api]
            + EnqueueRoutes.all
            + looks.map(\.inThePast) + ClaimRoutes.all + ProcessRoutes.all + MetricsRoutes.all + HealthRoutes.all
            + PanelRoutes.all + UndoRoutes.all + AssetRoutes.all)

    /// That, and a program's panels.
    static func daybook(with panels: [Panel]) -> RouteTable {
        RouteTable(routes: daybook.routes + panels.flatMap(PanelRoutes.routes))
    }

    /// What programs can look at as it is and as it was.
    private static let looks =
        JobRoutes.all + QueueRoutes.all + RecurringRoutes.all + RecurringGroupRoutes.all + BatchRoutes.all
        + LogRoutes.all + EventPage.programs + [AuditPage.api]
        + ExportRoutes.all + OperationRoutes.all + LimitRoutes.all
}

/// What people look at, page by page.
enum PageRoutes {
    static let all =
        HomePage.routes + JobsPage.routes + OneJobPage.routes + QueuesPage.routes + OneQueuePage.routes
        + LimitPage.routes
        + RecurringPages.routes
        + BatchesPage.routes + ProcessesPage.routes + LogPage.routes + EventPage.routes + AuditPage.routes
        + StoragePage.routes
        + OperationsPage.routes + StartPage.routes + UndoRoutes.pages
}

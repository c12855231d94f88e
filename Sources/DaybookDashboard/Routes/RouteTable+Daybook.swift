extension RouteTable {
    /// Everything that the dashboard answers. Fixed addresses stand before those with names.
    static let daybook = RouteTable(
        routes: SignInRoutes.all + PageRoutes.all + StatusRoutes.all + EnqueueRoutes.all + JobRoutes.all
            + ClaimRoutes.all + QueueRoutes.all + RecurringRoutes.all + BatchRoutes.all + ProcessRoutes.all
            + LogRoutes.all + MetricsRoutes.all + HealthRoutes.all + AssetRoutes.all)
}

/// What people look at, page by page.
enum PageRoutes {
    static let all =
        HomePage.routes + JobsPage.routes + OneJobPage.routes + QueuesPage.routes + RecurringPages.routes
        + BatchesPage.routes + ProcessesPage.routes + LogPage.routes + AuditPage.routes + StoragePage.routes
}

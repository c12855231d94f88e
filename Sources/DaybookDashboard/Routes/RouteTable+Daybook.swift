extension RouteTable {
    /// Everything that the dashboard answers. Fixed addresses stand before those with names.
    static let daybook = RouteTable(routes: HealthRoutes.all + AssetRoutes.all + SignInRoutes.all + PageRoutes.all)
}

/// What people look at, page by page.
enum PageRoutes {
    static let all =
        HomePage.routes + JobsPage.routes + OneJobPage.routes + QueuesPage.routes + RecurringPages.routes
        + BatchesPage.routes + ProcessesPage.routes + LogPage.routes + AuditPage.routes + StoragePage.routes
        + LiveRoute.routes
}

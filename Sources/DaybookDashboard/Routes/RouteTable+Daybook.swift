extension RouteTable {
    /// Everything that the dashboard answers. Fixed addresses stand before those with names.
    static let daybook = RouteTable(
        routes: SignInRoutes.all + StatusRoutes.all + EnqueueRoutes.all + JobRoutes.all
            + ClaimRoutes.all + QueueRoutes.all + RecurringRoutes.all + BatchRoutes.all + ProcessRoutes.all
            + LogRoutes.all + MetricsRoutes.all + HealthRoutes.all + AssetRoutes.all)
}

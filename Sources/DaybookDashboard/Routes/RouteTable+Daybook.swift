extension RouteTable {
    /// Everything that the dashboard answers. Fixed addresses stand before those with names.
    static let daybook = RouteTable(routes: HealthRoutes.all + AssetRoutes.all + SignInRoutes.all)
}

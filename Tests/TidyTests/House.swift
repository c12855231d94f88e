/// Which room may know which: dependencies point down only, and Foundation stays at the edges.
enum House {
    /// What a module may import of this package. A new target is added here first.
    static let rooms: [String: Set<String>] = [
        "CDaybookLMDB": [], "CDaybookCrypto": [], "CDaybookEvent": [], "CDaybookZlib": [],
        // SHA-256 of many messages falls back on libcrypto where the processor has no instructions for it.
        "CDaybookPlatform": ["CDaybookCrypto"],
        // What libcrypto does beside digests, behind one face.
        "DaybookCrypto": ["CDaybookCrypto"],
        "DaybookLMDB": ["CDaybookLMDB", "CDaybookPlatform"],
        "DaybookModel": [],
        "DaybookLog": [
            "DaybookLMDB", "DaybookModel", "DaybookCrypto", "CDaybookCrypto", "CDaybookPlatform", "CDaybookZlib",
        ],
        "Daybook": ["DaybookLog", "DaybookModel", "CDaybookPlatform"],
        "DaybookTesting": ["Daybook", "DaybookLog", "DaybookModel"],
        "DaybookDashboard": ["Daybook", "DaybookLog", "DaybookModel", "DaybookCrypto", "CDaybookEvent"],
        "DaybookCommand": [
            "Daybook", "DaybookLog", "DaybookModel", "DaybookCrypto", "DaybookDashboard", "DaybookTesting",
            "CDaybookPlatform",
        ],
        "CDaybookBenchBaseline": ["CDaybookLMDB", "CDaybookPlatform"],
        "CDaybookBenchLoad": ["CDaybookPlatform"],
        "DaybookBench": [
            "Daybook", "DaybookLog", "DaybookModel", "DaybookDashboard", "DaybookTesting", "CDaybookBenchBaseline",
            "CDaybookBenchLoad", "CDaybookPlatform",
        ],
        "FollowerExamples": ["Daybook", "DaybookDashboard"],
        "ReportExample": ["Daybook"],
        "ServiceExample": ["Daybook", "DaybookDashboard"],
        "DaybookFaults": ["Daybook", "DaybookLog", "DaybookModel", "DaybookDashboard", "DaybookTesting"],
    ]

    private static let system: Set = ["Glibc", "Darwin", "Musl", "Synchronization"]
    private static let foundation: Set = ["Foundation", "FoundationEssentials", "Dispatch"]

    /// Products of other packages, each behind a trait that is off.
    static let adapted: Set = [
        "Logging", "InMemoryLogging", "Metrics", "MetricsTestKit", "Tracing", "InMemoryTracing", "ServiceLifecycle",
        "ServiceLifecycleTestKit", "Hummingbird", "Vapor", "NIOCore",
    ]
    /// Where they may be imported.
    static let adapterFolders = [
        "Sources/Daybook/Adapters/", "Tests/AdapterTests/", "Sources/DaybookDashboard/Mount/",
        "Tests/DaybookDashboardTests/Mount/",
    ]

    static func isTest(_ module: String) -> Bool { module.hasSuffix("Tests") }

    /// Nil if the module is unknown.
    static func mayImport(_ module: String) -> Set<String>? {
        if isTest(module) { return Set(rooms.keys).union(system).union(foundation).union(["Testing"]) }
        guard let rooms = rooms[module] else { return nil }
        switch module {
        case "DaybookModel": return rooms
        // Only for arguments that hold its dates, data, addresses and decimals, and for JSON in UTF-16 and UTF-32.
        case "Daybook": return rooms.union(system).union(["FoundationEssentials", "Foundation"])
        case "DaybookTesting": return rooms.union(system).union(foundation).union(["Testing"])
        case "DaybookDashboard", "DaybookCommand", "DaybookBench", "DaybookFaults":
            return rooms.union(system).union(foundation)
        default: return rooms.union(system)
        }
    }

    /// What Package.swift may name as a dependency. Nil if the module is unknown.
    static func mayDependOn(_ module: String) -> Set<String>? {
        isTest(module) ? Set(rooms.keys) : rooms[module]
    }
}

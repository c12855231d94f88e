// swift-tools-version: 6.2
import PackageDescription

// Dependencies point down only: a target may import what it names here and nothing else.
// `tools/test --all` builds with `--explicit-target-dependency-import-check error`, and a tidy test reads this file.

/// What `tools/test` tests is optimised, file by file, and keeps its assertions: the quick tests take twice as long
/// otherwise. Only then, because packages with unsafe flags cannot be depended on.
let isForQuickTests = Context.environment["DAYBOOK_QUICK_TESTS"] != nil

let house: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (isForQuickTests ? [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))] : [])

/// Targets that touch foreign memory: every unsafe expression is marked, and spans cannot escape.
let foreignMemory: [SwiftSetting] = [
    .enableExperimentalFeature("Lifetimes")
]

/// Tests beside an optimised build are not optimised themselves, for the compiler's time. Those of the model are, since
/// they work out for themselves what should come out.
let tests = house + [.unsafeFlags(["-Onone"])]

// Packages that Daybook works with and does not need. Each product stands behind a trait that is off, so that the
// default build fetches nothing: one that no trait guards would be fetched, and so would whatever a committed
// Package.resolved pins. `tools/adapters` builds and tests with all traits on.

let adapted: [Target.Dependency] = [
    .product(name: "Logging", package: "swift-log", condition: .when(traits: ["LoggingSupport"])),
    .product(name: "Metrics", package: "swift-metrics", condition: .when(traits: ["MetricsSupport"])),
    .product(name: "Tracing", package: "swift-distributed-tracing", condition: .when(traits: ["TracingSupport"])),
    .product(
        name: "ServiceLifecycle", package: "swift-service-lifecycle",
        condition: .when(traits: ["ServiceLifecycleSupport"])),
]

let mounted: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird", condition: .when(traits: ["HummingbirdSupport"])),
    .product(name: "Vapor", package: "vapor", condition: .when(traits: ["VaporSupport"])),
    .product(
        name: "NIOCore", package: "swift-nio", condition: .when(traits: ["HummingbirdSupport", "VaporSupport"])),
]

let adaptedTestKits: [Target.Dependency] = [
    .product(name: "InMemoryLogging", package: "swift-log", condition: .when(traits: ["LoggingSupport"])),
    .product(name: "MetricsTestKit", package: "swift-metrics", condition: .when(traits: ["MetricsSupport"])),
    .product(
        name: "InMemoryTracing", package: "swift-distributed-tracing", condition: .when(traits: ["TracingSupport"])),
    .product(
        name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle",
        condition: .when(traits: ["ServiceLifecycleSupport"])),
]

let package = Package(
    name: "daybook",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Daybook", targets: ["Daybook"]),
        .library(name: "DaybookDashboard", targets: ["DaybookDashboard"]),
        .library(name: "DaybookTesting", targets: ["DaybookTesting"]),
        .executable(name: "daybook", targets: ["DaybookCommand"]),
        .executable(name: "daybook-bench", targets: ["DaybookBench"]),
    ],
    traits: [
        .trait(name: "LoggingSupport", description: "LoggingObserver and JobContext.logger, for swift-log"),
        .trait(name: "MetricsSupport", description: "MetricsObserver, for swift-metrics"),
        .trait(name: "TracingSupport", description: "TracingMiddleware, for swift-distributed-tracing"),
        .trait(name: "ServiceLifecycleSupport", description: "JobEngine.service, for swift-service-lifecycle"),
        .trait(name: "HummingbirdSupport", description: "router.mount(dashboard), for Hummingbird"),
        .trait(name: "VaporSupport", description: "app.mount(dashboard), for Vapor"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.10.1"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.4.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.11.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.26.0"),
        .package(url: "https://github.com/vapor/vapor.git", from: "4.122.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
    ],
    targets: [
        // What the system brings.
        .systemLibrary(
            name: "CDaybookLMDB", pkgConfig: "lmdb",
            providers: [.apt(["liblmdb-dev"]), .brew(["lmdb"])]),
        .systemLibrary(
            name: "CDaybookCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "CDaybookEvent", pkgConfig: "libevent_core",
            providers: [.apt(["libevent-dev"]), .brew(["libevent"])]),
        // A part of macOS; its header lies where the compiler looks anyway.
        .systemLibrary(name: "CDaybookZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CDaybookPlatform", dependencies: ["CDaybookCrypto"]),
        .target(name: "DaybookCrypto", dependencies: ["CDaybookCrypto"], swiftSettings: house),

        // The house, from the ground up.
        .target(
            name: "DaybookLMDB", dependencies: ["CDaybookLMDB", "CDaybookPlatform"],
            swiftSettings: house + foreignMemory + [.strictMemorySafety()]),
        .target(name: "DaybookModel", swiftSettings: house),
        .target(
            name: "DaybookLog",
            dependencies: [
                "DaybookLMDB", "DaybookModel", "DaybookCrypto", "CDaybookCrypto", "CDaybookPlatform", "CDaybookZlib",
            ],
            swiftSettings: house + foreignMemory),
        .target(
            name: "Daybook",
            dependencies: ["DaybookLog", "DaybookModel", "CDaybookPlatform"] + adapted,
            swiftSettings: house),
        .target(
            name: "DaybookTesting", dependencies: ["Daybook", "DaybookLog", "DaybookModel"],
            swiftSettings: house),

        .target(
            name: "DaybookDashboard",
            dependencies: ["Daybook", "DaybookLog", "DaybookModel", "DaybookCrypto", "CDaybookEvent"] + mounted,
            swiftSettings: house),

        // What a person types.
        .executableTarget(
            name: "DaybookCommand",
            dependencies: [
                "Daybook", "DaybookDashboard", "DaybookLog", "DaybookModel", "DaybookTesting", "CDaybookPlatform",
            ],
            path: "tools/DaybookCommand", swiftSettings: house),
        .executableTarget(
            name: "DaybookFaults", dependencies: ["Daybook", "DaybookLog", "DaybookModel"],
            path: "tools/DaybookFaults/Helper", swiftSettings: house),

        // What the documentation shows, built and run by the tests.
        .executableTarget(
            name: "FollowerExamples", dependencies: ["Daybook", "DaybookDashboard"], path: "Docs/Examples/Followers",
            swiftSettings: house),
        .executableTarget(
            name: "ReportExample", dependencies: ["Daybook"], path: "Docs/Examples/Reports", swiftSettings: house),
        .executableTarget(
            name: "ServiceExample", dependencies: ["Daybook", "DaybookDashboard"], path: "Docs/Examples/Service",
            swiftSettings: house),

        // What measures, and what it is measured beside.
        .target(
            name: "CDaybookBenchBaseline", dependencies: ["CDaybookLMDB", "CDaybookPlatform"],
            path: "tools/DaybookBenchBaseline"),
        .target(
            name: "CDaybookBenchLoad", dependencies: ["CDaybookPlatform"], path: "tools/DaybookBenchLoad"),
        .executableTarget(
            name: "DaybookBench",
            dependencies: [
                "Daybook", "DaybookLog", "DaybookModel", "DaybookDashboard", "CDaybookBenchBaseline",
                "CDaybookBenchLoad", "CDaybookPlatform",
            ],
            path: "tools/DaybookBench", swiftSettings: house),

        // Tests.
        .testTarget(
            name: "CDaybookPlatformTests", dependencies: ["CDaybookPlatform", "CDaybookCrypto"],
            exclude: ["row_hash.py"], swiftSettings: tests),
        .testTarget(name: "DaybookCryptoTests", dependencies: ["DaybookCrypto"], swiftSettings: tests),
        .testTarget(
            name: "DaybookLMDBTests", dependencies: ["DaybookLMDB", "CDaybookLMDB"],
            swiftSettings: tests),
        .testTarget(
            name: "DaybookModelTests", dependencies: ["DaybookModel"], exclude: ["Fixtures"],
            swiftSettings: house),
        .testTarget(
            name: "DaybookLogTests",
            dependencies: ["DaybookLog", "DaybookLMDB", "DaybookModel", "DaybookFaults"],
            swiftSettings: tests),
        .testTarget(
            name: "DaybookTests", dependencies: ["Daybook", "DaybookLog", "DaybookModel"], swiftSettings: tests),
        .testTarget(
            name: "AdapterTests", dependencies: ["Daybook"] + adapted + adaptedTestKits,
            swiftSettings: tests),
        .testTarget(
            name: "DaybookTestingTests", dependencies: ["DaybookTesting", "Daybook", "DaybookLog", "DaybookModel"],
            swiftSettings: tests),
        .testTarget(
            name: "DaybookDashboardTests",
            dependencies: ["DaybookDashboard", "Daybook", "DaybookLog", "DaybookModel", "DaybookCrypto"] + mounted,
            swiftSettings: tests),
        .testTarget(
            name: "FollowerExampleTests", dependencies: ["FollowerExamples", "Daybook", "DaybookDashboard"],
            swiftSettings: tests),
        .testTarget(
            name: "ReportExampleTests", dependencies: ["ReportExample", "Daybook", "DaybookTesting"],
            swiftSettings: tests),
        .testTarget(
            name: "DaybookBenchTests", dependencies: ["DaybookBench"], path: "Tests/BenchTests", swiftSettings: tests),
        .testTarget(name: "TidyTests", swiftSettings: tests),
        .testTarget(
            name: "DaybookCommandTests",
            dependencies: ["DaybookCommand", "DaybookFaults", "ServiceExample", "DaybookLog", "DaybookModel"],
            path: "Tests/CommandTests", swiftSettings: tests),
    ],
    swiftLanguageModes: [.v6]
)

// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // Decoders and tables are generic; across modules they would otherwise run unspecialised.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func part(
    _ name: String, _ inner: [String], _ outer: [Target.Dependency] = [],
    exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: inner.map { .byName(name: $0) } + outer,
        exclude: exclude, resources: resources, swiftSettings: strict)
}

func tests(
    _ name: String, _ also: [String] = [], _ outer: [Target.Dependency] = [],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: ([name] + also).map { .byName(name: $0) } + outer,
        exclude: exclude, swiftSettings: strict)
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
    name: "argosy",
    products: [
        // These two for Tools/Bench, which is a package of its own.
        .library(
            name: "Parts",
            targets: [
                "Wire", "Primitives", "StateTree", "Ledger", "Trade", "Chain", "Consensus",
                "Gossip", "LightClient", "Replica", "Storage", "Transport", "Node",
            ]),
        .library(name: "Simulation", targets: ["Simulation"]),
        .executable(name: "argosy", targets: ["argosy"]),
        // For Tools/Fuzz, which is a package of its own.
        .library(name: "Decoders", targets: ["Decoders"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.100.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.10.0"),
    ],
    targets: [
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium"),
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb"),
        // The processor's instructions for SHA-256, which libsodium does not use.
        .target(name: "CSha256"),

        // Pure: values in, values out.
        part("Wire", []),
        part("Primitives", ["Wire", "CSodium", "CSha256"], exclude: ["Proto"]),
        part("StateTree", ["Wire", "Primitives"], exclude: ["Proto"]),
        part("Ledger", ["Wire", "Primitives", "StateTree"], exclude: ["Proto"]),
        part("Trade", ["Wire", "Primitives", "StateTree", "Ledger"], exclude: ["Proto"]),
        part(
            "Chain", ["Wire", "Primitives", "StateTree", "Ledger", "Trade"], exclude: ["Proto"]),
        part("Consensus", ["Wire", "Primitives"], exclude: ["Proto"]),
        part("Gossip", ["Wire", "Primitives"], exclude: ["Proto"]),
        part("LightClient", ["Wire", "Primitives", "StateTree", "Consensus"], exclude: ["Proto"]),
        part(
            "Replica",
            [
                "Wire", "Primitives", "StateTree", "Ledger", "Chain", "Consensus", "Gossip",
                "LightClient",
            ], exclude: ["Proto"]),
        part(
            "Simulation",
            [
                "Wire", "Primitives", "StateTree", "Ledger", "Trade", "Chain", "Consensus",
                "Gossip", "LightClient", "Replica",
            ]),

        // The world: disk, sockets, time.
        part("Storage", ["Wire", "CLMDB"]),
        part("Transport", ["Wire", "Primitives"], nio),
        part("Documents", ["Wire", "Primitives", "Trade"]),
        part(
            "Node",
            [
                "Wire", "Primitives", "StateTree", "Ledger", "Trade", "Chain", "Consensus",
                "Gossip",
                "LightClient", "Replica", "Transport", "Storage",
            ], nio + [.product(name: "Logging", package: "swift-log")], exclude: ["Proto"]),
        .executableTarget(
            name: "argosy",
            dependencies: [
                "Wire", "Primitives", "StateTree", "Ledger", "Chain", "Consensus", "Gossip",
                "LightClient", "Replica", "Transport", "Storage", "Trade", "Documents", "Node",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // Long runs over real nodes and over the simulator; `Tools/Soak/run` starts it.
        .executableTarget(
            name: "soak",
            dependencies: [
                "Wire", "Primitives", "Ledger", "Chain", "Consensus", "Transport", "Node",
                "Simulation",
            ],
            path: "Tools/Soak/Sources/soak", swiftSettings: strict),

        // What the mutation test and the fuzzer share.
        .target(
            name: "Decoders",
            dependencies: [
                "Wire", "Primitives", "StateTree", "Ledger", "Trade", "Chain", "Consensus",
                "Gossip", "LightClient", "Replica", "Transport",
            ],
            path: "Tests/Decoders", swiftSettings: strict),
        tests("Decoders", ["Wire", "Primitives", "Ledger", "Trade", "Chain"]),
        // What tests of running things leave behind is taken away.
        .target(name: "Leftovers", path: "Tests/Leftovers", swiftSettings: strict),
        // The labelled cases of the three-document match, for texts and for the ledger.
        .target(
            name: "LabelledCases", dependencies: ["Documents"], path: "Tests/LabelledCases",
            swiftSettings: strict),

        tests(
            "Wire",
            [
                "Primitives", "StateTree", "Ledger", "Trade", "Chain", "Consensus", "Gossip",
                "LightClient", "Replica", "Node", "Decoders",
            ],
            exclude: ["Support/proto_peer.py"]),
        tests("Primitives", ["Wire"]),
        tests("StateTree", ["Wire", "Primitives"]),
        tests("Ledger", ["Wire", "Primitives", "StateTree"]),
        tests(
            "Trade",
            [
                "Wire", "Primitives", "StateTree", "Ledger", "Chain", "Documents",
                "LabelledCases",
            ]),
        tests("Chain", ["Wire", "Primitives", "StateTree", "Ledger", "Trade"]),
        tests("Consensus", ["Wire", "Primitives"]),
        tests("Gossip", ["Wire", "Primitives"]),
        tests("LightClient", ["Wire", "Primitives", "StateTree", "Consensus"]),
        tests(
            "Replica",
            [
                "Wire", "Primitives", "StateTree", "Ledger", "Chain", "Consensus", "Gossip",
                "LightClient", "Simulation",
            ]),
        tests(
            "Simulation",
            [
                "Wire", "Primitives", "StateTree", "Ledger", "Chain", "Consensus", "Gossip",
                "LightClient", "Replica",
            ]),
        tests("Storage", ["Wire", "Primitives"]),
        tests("Transport", ["Wire", "Primitives", "Gossip", "Leftovers"], nio),
        tests("Documents", ["Wire", "Primitives", "Trade", "LabelledCases"]),
        tests(
            "Node",
            [
                "Wire", "Primitives", "StateTree", "Ledger", "Chain", "Consensus", "Gossip",
                "LightClient", "Replica", "Transport", "Storage", "Leftovers",
            ], nio),
        tests("argosy", ["Wire", "Primitives", "LightClient", "Node"]),
    ]
)

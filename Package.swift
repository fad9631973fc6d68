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
]

func part(
    _ name: String, _ inner: [String], _ outer: [Target.Dependency] = [],
    exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: inner.map { .byName(name: $0) } + outer,
        exclude: exclude, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ also: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: ([name] + also).map { .byName(name: $0) },
        swiftSettings: strict)
}

let package = Package(
    name: "argosy",
    targets: [
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium"),
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb"),

        // Pure: values in, values out.
        part("Wire", []),
        part("Primitives", ["Wire", "CSodium"]),
        part("StateTree", ["Wire", "Primitives"], exclude: ["Proto"]),
        part("Ledger", ["Wire", "Primitives", "StateTree"]),
        part("Chain", ["Wire", "Primitives", "StateTree", "Ledger"]),

        tests("Wire", ["Primitives"]),
        tests("Chain", ["Wire", "Primitives", "StateTree", "Ledger"]),
        tests("StateTree", ["Wire", "Primitives"]),
    ]
)

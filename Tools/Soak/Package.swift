// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "soak",
    dependencies: [.package(name: "argosy", path: "../..")],
    targets: [
        .executableTarget(
            name: "soak",
            dependencies: [
                .product(name: "Parts", package: "argosy"),
                .product(name: "Simulation", package: "argosy"),
            ],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ])
    ]
)

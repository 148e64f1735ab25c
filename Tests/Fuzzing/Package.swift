// swift-tools-version: 6.1
// The fuzzing of every parser, a package of its own: its programs have no `main` but libFuzzer's. Run it with run.sh,
// which adds `--sanitize=fuzzer --sanitize=address`.
// The modules under test are those of the product, reached through the symbolic link `Sources`.
import PackageDescription

let names = ["frame-decoder", "message-decoder", "sdp", "candidate", "stun", "rtp", "rtcp", "telephone-event", "establishment", "sctp", "channel-frame", "redundancy", "relay-stream", "compressed-message", "transport-feedback", "comfort-noise"]

let package = Package(
    name: "nearend",
    dependencies: [.package(url: "https://github.com/apple/swift-nio", from: "2.101.2")],
    targets: [
        .systemLibrary(name: "CJansson", path: "Sources/System/CJansson", pkgConfig: "jansson"),
        .systemLibrary(name: "COpenSSL", path: "Sources/System/COpenSSL", pkgConfig: "openssl"),
        .systemLibrary(name: "CSRTP", path: "Sources/System/CSRTP", pkgConfig: "libsrtp2"),
        .systemLibrary(name: "CUsrSCTP", path: "Sources/System/CUsrSCTP", pkgConfig: "usrsctp"),
        .target(name: "VirtualClock", path: "VirtualClock"),
        .target(name: "Primitives", path: "Sources/Primitives"),
        .target(name: "SCTP", dependencies: ["Primitives", "CUsrSCTP"], path: "Sources/SCTP"),
        .target(name: "Cryptography", dependencies: ["Primitives", "COpenSSL"], path: "Sources/Cryptography"),
        .systemLibrary(name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib"),
        .target(name: "MessageCompression", dependencies: ["CZlib"], path: "Sources/MessageCompression"),
        .target(name: "SessionLayer", dependencies: ["Primitives"], path: "Sources/SessionLayer"),
        .systemLibrary(name: "COpus", path: "Sources/System/COpus", pkgConfig: "opus"),
        .systemLibrary(name: "CSpeexDSP", path: "Sources/System/CSpeexDSP", pkgConfig: "speexdsp"),
        .target(name: "AudioCore", path: "Sources/AudioCore"),
        .target(name: "AudioCodecs", dependencies: ["AudioCore", "COpus", "CSpeexDSP"], path: "Sources/AudioCodecs"),
        .target(name: "SDP", path: "Sources/SDP"),
        .target(name: "ICE", dependencies: ["Primitives", "Cryptography"], path: "Sources/ICE"),
        .target(name: "RTP", dependencies: ["Primitives", "CSRTP"], path: "Sources/RTP"),
        .target(name: "JSONCoding", dependencies: ["CJansson"], path: "Sources/JSONCoding"),
        .target(
            name: "CallProtocol", dependencies: ["Primitives", "JSONCoding"], path: "Sources/CallProtocol"),
        .target(
            name: "NativeMessaging",
            dependencies: [.product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio")],
            path: "Sources/NativeMessaging"),
        .target(
            name: "FuzzEntries",
            dependencies: [
                "Primitives", "AudioCodecs", "SDP", "ICE", "RTP", "SCTP", "JSONCoding", "CallProtocol", "NativeMessaging", "SessionLayer", "MessageCompression", "VirtualClock",
                .product(name: "NIOCore", package: "swift-nio"),
            ], path: "Entries"),
    ]
        + names.map { name in
            .executableTarget(
                name: "fuzz-\(name)", dependencies: ["FuzzEntries"], path: "Runners/\(name)")
        },
    swiftLanguageModes: [.v6]
)

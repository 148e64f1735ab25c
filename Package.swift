// swift-tools-version: 6.1
// The layers of docs/architecture.md, as the build sees them. Built with `--explicit-target-dependency-import-check error`,
// so that a module can import only what this page says.
import PackageDescription

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// For modules that compute: optimised in debug builds too. Vector code that is not optimised takes a hundred times as long, so that a
/// debug build could not keep a tick's 10 ms, and hours of virtual time would be minutes of a test.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
    name: "nearend",
    products: [
        .executable(name: "nearend-host", targets: ["NearendHost"]),
        .executable(name: "nearend", targets: ["NearendCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // Libraries of Debian, each behind a module map and a header of wrappers for what Swift cannot import.
        .systemLibrary(name: "COpus", path: "Sources/System/COpus", pkgConfig: "opus", providers: [.apt(["libopus-dev"])]),
        .systemLibrary(name: "CSRTP", path: "Sources/System/CSRTP", pkgConfig: "libsrtp2", providers: [.apt(["libsrtp2-dev"])]),
        .systemLibrary(name: "CALSA", path: "Sources/System/CALSA", pkgConfig: "alsa", providers: [.apt(["libasound2-dev"])]),
        .systemLibrary(name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CJansson", path: "Sources/System/CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "COpenSSL", path: "Sources/System/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSpeexDSP", path: "Sources/System/CSpeexDSP", pkgConfig: "speexdsp", providers: [.apt(["libspeexdsp-dev"])]),
        .systemLibrary(name: "CUsrSCTP", path: "Sources/System/CUsrSCTP", pkgConfig: "usrsctp", providers: [.apt(["libusrsctp-dev"])]),

        // 0: words.
        .target(name: "Primitives", swiftSettings: optimised),
        .target(name: "AudioCore", swiftSettings: optimised),

        // 1: protocols and signal processing, without IO.
        .target(name: "SDP", swiftSettings: optimised),
        .target(name: "ICE", dependencies: ["Primitives", "Cryptography"], swiftSettings: optimised),
        .target(name: "Cryptography", dependencies: ["Primitives", "COpenSSL"]),
        .target(name: "DTLS", dependencies: ["Primitives", "Cryptography", "COpenSSL"]),
        .target(name: "SCTP", dependencies: ["Primitives", "CUsrSCTP"]),
        .target(name: "RTP", dependencies: ["Primitives", "CSRTP"], swiftSettings: optimised),
        .target(name: "AudioCodecs", dependencies: ["AudioCore", "COpus", "CSpeexDSP"], swiftSettings: optimised),
        .target(name: "AudioProcessing", dependencies: ["AudioCore"], swiftSettings: optimised),
        .target(name: "Playout", dependencies: ["Primitives", "AudioCore", "AudioCodecs"], swiftSettings: optimised),
        .target(name: "JSONCoding", dependencies: ["CJansson"]),
        .target(name: "CallProtocol", dependencies: ["Primitives", "JSONCoding"]),
        .target(name: "SessionLayer", dependencies: ["Primitives"], swiftSettings: optimised),
        .target(name: "MessageCompression", dependencies: ["CZlib"]),

        // 2: composition, still without IO.
        .target(name: "Transport", dependencies: ["Primitives", "ICE", "DTLS", "RTP", "Cryptography"]),
        .target(name: "JSEP", dependencies: ["Primitives", "SDP", "ICE", "DTLS", "SCTP", "RTP", "Cryptography", "Transport"], swiftSettings: optimised),
        .target(
            name: "AudioPipeline", dependencies: ["Primitives", "AudioCore", "AudioCodecs", "AudioProcessing", "Playout", "RTP"]),

        // 3: the edge: sockets, devices, threads.
        .target(name: "AudioDevices", dependencies: ["Primitives", "AudioCore", "AudioCodecs", "AudioPipeline", "AudioProcessing", "CALSA", log]),
        .target(name: "NativeMessaging", dependencies: nio),
        .target(name: "RemoteDesktop", dependencies: ["Primitives", "SessionLayer", "DTLS"] + nio),
        .target(
            name: "Engine",
            dependencies: [
                "Primitives", "AudioCore", "AudioCodecs", "AudioProcessing", "SDP", "ICE", "DTLS", "SCTP", "RTP", "Cryptography", "Transport",
                "JSEP", "Playout", "AudioPipeline", "AudioDevices", "CallProtocol", "JSONCoding", log,
            ] + nio),

        .target(
            name: "EngineService",
            dependencies: [
                "Primitives", "AudioDevices", "Engine", "CallProtocol", "DTLS", "JSONCoding", "NativeMessaging", "RemoteDesktop", "SessionLayer", "MessageCompression", log,
            ] + nio),

        // 4: the processes. The plugin of remote-desktop clients, NearendRDP, is built by scripts/build-plugin.sh.
        .executableTarget(
            name: "NearendHost",
            dependencies: [
                "Primitives", "Engine", "EngineService", "AudioDevices", "CallProtocol", "DTLS", "NativeMessaging", "RemoteDesktop", "SessionLayer", "MessageCompression", log,
            ] + nio),
        .executableTarget(
            name: "NearendCommand",
            dependencies: [
                "Primitives", "RTP", "SDP", "JSEP", "Cryptography", "AudioPipeline", "AudioDevices", "Engine", "EngineService", "CallProtocol", "DTLS",
                "JSONCoding", "RemoteDesktop", log, argumentParser,
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
            ] + nio,
            resources: [.embedInCode("Resources/softphone")]),

        .executableTarget(
            name: "AllocationsPerTick",
            dependencies: ["AudioCodecs", "AudioCore", "AudioDevices", "AudioPipeline", "AudioProcessing", "Playout", "Primitives", log],
            path: "Benchmarks/AllocationsPerTick/Sources"),

        .executableTarget(
            name: "Listening", dependencies: ["AudioCodecs", "AudioCore", "AudioPipeline", "Playout", "Primitives", "RTP"], path: "Benchmarks/Listening/Sources"),
        // libwebrtc's processing as Debian packages it, which ours is measured beside.
        .target(
            name: "CAudioProcessing", path: "Benchmarks/Echo/CAudioProcessing",
            cxxSettings: [
                .define("WEBRTC_POSIX"),
                .unsafeFlags(["-I/usr/include/webrtc_audio_processing"]),
            ],
            linkerSettings: [.linkedLibrary("webrtc_audio_processing")]
        ),
        .executableTarget(name: "EchoBench", dependencies: ["AudioCore", "AudioProcessing", "CAudioProcessing"], path: "Benchmarks/Echo/Sources"),

        // What suites share: the clock that OpenSSL reads, descriptions that other endpoints wrote, speech.
        .target(name: "VirtualClock", path: "Tests/VirtualClock"),
        .target(name: "SDPFixtures", path: "Tests/SDPFixtures"),
        .target(name: "SpeechFixtures", path: "Tests/SpeechFixtures", swiftSettings: optimised),

        .testTarget(name: "PrimitivesTests", dependencies: ["Primitives"]),
        .testTarget(name: "AudioCoreTests", dependencies: ["AudioCore"]),
        .testTarget(name: "SDPTests", dependencies: ["SDP", "SDPFixtures"]),
        .testTarget(name: "AudioCodecsTests", dependencies: ["AudioCodecs", "Primitives", "SpeechFixtures"]),
        .testTarget(name: "AudioProcessingTests", dependencies: ["AudioProcessing", "AudioCore", "Primitives", "SpeechFixtures"]),
        .testTarget(name: "PlayoutTests", dependencies: ["Playout", "AudioCodecs", "AudioCore", "Primitives", "SpeechFixtures"]),
        .testTarget(name: "ICETests", dependencies: ["Primitives", "ICE"]),
        .testTarget(name: "CryptographyTests", dependencies: ["Primitives", "Cryptography", "COpenSSL"]),
        .testTarget(name: "DTLSTests", dependencies: ["Primitives", "Cryptography", "DTLS", "COpenSSL", "VirtualClock"]),
        .testTarget(name: "SCTPTests", dependencies: ["Primitives", "SCTP", "VirtualClock"]),
        .testTarget(name: "RTPTests", dependencies: ["Primitives", "Cryptography", "RTP", "COpenSSL"]),
        .testTarget(name: "JSONCodingTests", dependencies: ["JSONCoding"]),
        .testTarget(name: "JSEPTests", dependencies: ["JSEP", "SDP", "SDPFixtures", "Primitives"]),
        .testTarget(
            name: "SessionTests",
            dependencies: ["Primitives", "Cryptography", "ICE", "RTP", "SCTP", "SDP", "Transport", "JSEP", "VirtualClock"]),
        .testTarget(
            name: "AudioPipelineTests",
            dependencies: ["AudioPipeline", "AudioCore", "AudioCodecs", "AudioProcessing", "Playout", "RTP", "Primitives"]),
        .testTarget(
            name: "AudioDevicesTests",
            dependencies: ["AudioDevices", "AudioPipeline", "AudioCore", "AudioCodecs", "AudioProcessing", "Playout", "RTP", "Primitives", log]),
        .testTarget(name: "EngineTests", dependencies: ["Engine", "AudioCodecs", "AudioPipeline", "JSEP", "AudioDevices", "CallProtocol", "JSONCoding", "Primitives", log]),
        .testTarget(name: "CallProtocolTests", dependencies: ["CallProtocol", "JSONCoding", "Primitives"]),
        .testTarget(
            name: "NativeMessagingTests",
            dependencies: [
                "NativeMessaging", .product(name: "NIOTestUtils", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio),
        .testTarget(name: "NearendHostTests", dependencies: ["NearendHost", "EngineService", "RemoteDesktop", "AudioDevices", "JSONCoding", "Cryptography"]),
        .testTarget(name: "MessageCompressionTests", dependencies: ["MessageCompression"]),
        .testTarget(
            name: "EngineServiceTests",
            dependencies: ["EngineService", "Engine", "AudioDevices", "CallProtocol", "DTLS", "JSONCoding", "RemoteDesktop", "SessionLayer", log] + nio),
        .testTarget(name: "SessionLayerTests", dependencies: ["SessionLayer", "Primitives"]),
        .testTarget(
            name: "RemoteDesktopTests",
            dependencies: ["RemoteDesktop", "SessionLayer", "DTLS", .product(name: "NIOEmbedded", package: "swift-nio")] + nio),
        .testTarget(name: "ConformanceTests", dependencies: ["JSONCoding"]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "NearendCommand", .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
            ] + nio),

        // The entries of the fuzzer, so that every build replays what it has found.
        .target(
            name: "FuzzEntries",
            dependencies: [
                "Primitives", "AudioCodecs", "SDP", "ICE", "RTP", "SCTP", "JSONCoding", "CallProtocol", "NativeMessaging", "SessionLayer", "MessageCompression", "VirtualClock",
                .product(name: "NIOCore", package: "swift-nio"),
            ], path: "Tests/Fuzzing/Entries"),
        .testTarget(name: "FuzzingReplayTests", dependencies: ["FuzzEntries"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

import AudioDevices
import CallProtocol
import Engine
import JSONCoding
import Logging

/// A far end that uses the engine as a page does: by requests and events, through one document and one connection.
@NetworkLoop
final class EngineFarEnd: FarEnd {
    private static let document = DocumentNumber(rawValue: 1)
    private static let connection: Int64 = 1
    private static let track: Int64 = 1

    private let send: (SignallingMessage) -> Void
    private let logger: Logger
    private var engine: CallEngine?
    /// What to do when the microphone is open; `nil` afterwards.
    private var waiting: [@NetworkLoop () -> Void]? = []
    private var isClosed = false
    private var hasConnection = false

    init(devices: DeviceConfiguration, logger: Logger, send: @escaping (SignallingMessage) -> Void) {
        self.send = send
        self.logger = logger
        do {
            let engine = try CallEngine(devices: devices, logger: logger)
            self.engine = engine
            // After the request that caused it has been answered and its answer sent on: a description goes before its candidates.
            engine.onEvent = { [weak self] _, event in NetworkLoop.execute { self?.handle(event) } }
            request("openDocument", ["origin": "nearend://echo"])
            openMicrophone()
        } catch {
            logger.error("the far end has no devices", metadata: ["reason": "\(error)"])
        }
    }

    // MARK: What the other member says

    nonisolated func receive(_ message: SignallingMessage) {
        NetworkLoop.assumeIsolated {
            whenReady { [weak self] in self?.carryOut(message) }
        }
    }

    nonisolated func close() {
        NetworkLoop.assumeIsolated {
            isClosed = true
            engine?.stop()
            engine = nil
        }
    }

    private func carryOut(_ message: SignallingMessage) {
        switch message {
        case .description(let description): take(description)
        case .candidate(let candidate):
            var parameters: JSONValue = ["connection": .integer(Self.connection)]
            if let candidate, let json = try? JSONValue(encoding: candidate) {
                parameters = ["connection": .integer(Self.connection), "candidate": json]
            }
            request("addIceCandidate", parameters)
        case .callMe:
            openConnection()
            request("addTransceiver", [
                "connection": .integer(Self.connection), "transceiver": 1, "kind": "audio", "direction": "sendrecv",
                "track": .integer(Self.track), "trackId": "far-end", "streams": ["far-end"],
            ])
            describe(by: "createOffer")
        case .bye: hangUp()
        case .join: break
        }
    }

    private func take(_ description: SignallingMessage.Description) {
        openConnection()
        let remote: JSONValue = [
            "connection": .integer(Self.connection), "type": .string(description.type), "sdp": .string(description.sdp),
        ]
        guard let result = request("setRemoteDescription", remote) else { return }
        guard description.type == "offer" else { return play(result) }
        for transceiver in Self.transceivers(in: result) {
            request("setTransceiver", [
                "connection": .integer(Self.connection), "transceiver": .integer(transceiver), "direction": "sendrecv",
                "source": ["track": .integer(Self.track), "trackId": "far-end"], "streams": ["far-end"],
            ])
        }
        describe(by: "createAnswer")
        play(result)
    }

    /// Makes a description, sets it and sends it.
    private func describe(by method: String) {
        let target: JSONValue = ["connection": .integer(Self.connection)]
        guard case .object(let made)? = request(method, target), case .string(let type)? = made["type"],
            case .string(let sdp)? = made["sdp"],
            request(
                "setLocalDescription", ["connection": .integer(Self.connection), "type": .string(type), "sdp": .string(sdp)]) != nil
        else { return }
        send(.description(.init(type: type, sdp: sdp)))
    }

    /// Records what is heard: the loudspeaker is a file.
    private func play(_ result: JSONValue) {
        let sources = Self.transceivers(in: result).map { transceiver -> JSONValue in
            ["connection": .integer(Self.connection), "transceiver": .integer(transceiver)]
        }
        request("setPlayback", ["playback": 1, "sources": .array(sources), "playing": true, "volume": 1, "muted": false])
    }

    private static func transceivers(in result: JSONValue) -> [Int64] {
        guard case .array(let list)? = result["snapshot"]?["transceivers"] else { return [] }
        return list.compactMap { transceiver in
            guard transceiver["kind"] == "audio", case .integer(let handle)? = transceiver["transceiver"] else { return nil }
            return handle
        }
    }

    private func hangUp() {
        request("closePlayback", ["playback": 1])
        request("closePeerConnection", ["connection": .integer(Self.connection)])
        hasConnection = false
    }

    // MARK: The engine

    private func openConnection() {
        guard !hasConnection else { return }
        hasConnection = true
        request("createPeerConnection", ["connection": .integer(Self.connection)])
    }

    private func openMicrophone() {
        let port = ReplyPort { [weak self] reply in
            guard let self else { return }
            if case .refusal(let error) = reply { logger.error("the far end has no voice", metadata: ["reason": "\(error)"]) }
            let ready = waiting ?? []
            waiting = nil
            for action in ready { action() }
        }
        // What the page would ask of getUserMedia; a file needs no processing.
        perform(
            "getUserMedia",
            [
                "track": .integer(Self.track),
                "constraints": ["echoCancellation": false, "noiseSuppression": false, "autoGainControl": false],
            ], port)
    }

    private func whenReady(_ action: @escaping @NetworkLoop () -> Void) {
        if waiting == nil { action() } else { waiting?.append(action) }
    }

    /// The result of a request that is answered at once; `nil` where it is refused or answered later.
    @discardableResult
    private func request(_ method: String, _ parameters: JSONValue) -> JSONValue? {
        let answer = Answer()
        let log = logger
        perform(
            method, parameters,
            ReplyPort { reply in
                switch reply {
                case .result(let value): answer.value = value
                case .refusal(let error): log.error("the engine refused", metadata: ["method": "\(method)", "reason": "\(error)"])
                }
            })
        return answer.value
    }

    private func perform(_ method: String, _ parameters: JSONValue, _ port: ReplyPort) {
        do throws(ProtocolError) {
            engine?.perform(try Request(method: method, parameters: parameters), document: Self.document, reply: port)
        } catch {
            port.send(error)
        }
    }

    private func handle(_ event: Event) {
        guard !isClosed, case .iceCandidate(_, let candidate, _) = event else { return }
        send(
            .candidate(
                candidate.map {
                    .init(
                        candidate: $0.candidate, sdpMid: $0.sdpMid, sdpMLineIndex: $0.sdpMLineIndex,
                        usernameFragment: $0.usernameFragment)
                }))
    }

    /// Where an answer that comes at once is left.
    @NetworkLoop
    private final class Answer {
        var value: JSONValue?
    }
}

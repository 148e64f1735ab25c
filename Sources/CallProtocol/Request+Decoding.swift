import JSONCoding

extension Request {
    /// Makes a request of a method's name and its parameters.
    ///
    /// Errors: `unknownMethod`, or `invalidParameter` with the member that is wrong or out of its range.
    package init(method: String, parameters: JSONValue) throws(ProtocolError) {
        func decoded<Value: Decodable>() throws(ProtocolError) -> Value {
            do {
                return try parameters.decode()
            } catch {
                throw ProtocolError(.invalidParameter, "\(method): \(error.reason)")
            }
        }
        switch method {
        case "openDocument": self = .openDocument(try decoded())
        case "closeDocument": self = .closeDocument
        case "generateCertificate": self = .generateCertificate(try decoded())
        case "keepDocument": self = .keepDocument(try decoded())
        case "reclaim": self = .reclaim(try decoded())
        case "endKept": self = .endKept(try decoded())
        case "createPeerConnection": self = .createPeerConnection(try decoded())
        case "setConfiguration": self = .setConfiguration(try decoded())
        case "addTransceiver": self = .addTransceiver(try decoded())
        case "setTransceiver": self = .setTransceiver(try decoded())
        case "stopTransceiver": self = .stopTransceiver(try decoded())
        case "setParameters": self = .setParameters(try decoded())
        case "createOffer": self = .createOffer(try decoded())
        case "createAnswer": self = .createAnswer(try decoded())
        case "setLocalDescription": self = .setLocalDescription(try decoded())
        case "setRemoteDescription": self = .setRemoteDescription(try decoded())
        case "addIceCandidate": self = .addIceCandidate(try decoded())
        case "restartIce": self = .restartIce(try decoded())
        case "closePeerConnection": self = .closePeerConnection(try decoded())
        case "getStats": self = .getStats(try decoded())
        case "insertDTMF": self = .insertDTMF(try decoded())
        case "createDataChannel": self = .createDataChannel(try decoded())
        case "sendData": self = .sendData(try decoded())
        case "closeDataChannel": self = .closeDataChannel(try decoded())
        case "enumerateDevices": self = .enumerateDevices
        case "getUserMedia": self = .getUserMedia(try decoded())
        case "cloneTrack": self = .cloneTrack(try decoded())
        case "setMix": self = .setMix(try decoded())
        case "setTrack": self = .setTrack(try decoded())
        case "stopTrack": self = .stopTrack(try decoded())
        case "setReceiver": self = .setReceiver(try decoded())
        case "provideSound": self = .provideSound(try decoded())
        case "setPlayback": self = .setPlayback(try decoded())
        case "closePlayback": self = .closePlayback(try decoded())
        case "watch": self = .watch(try decoded())
        case "status": self = .status
        case "collectLog": self = .collectLog
        default: throw ProtocolError(.unknownMethod, "there is no method “\(method.prefix(64))”")
        }
        if let fault { throw ProtocolError(.invalidParameter, "\(method): \(fault)") }
    }
}

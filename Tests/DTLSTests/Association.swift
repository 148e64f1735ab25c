import Cryptography
import DTLS
import Primitives
import VirtualClock

/// Two sessions and the path between them, in virtual time: what happens to a datagram is the test's to say.
final class Association {
    /// What becomes of a datagram on its way; several copies, each with its delay, or none.
    typealias Path = (_ datagram: [UInt8], _ isFromClient: Bool) -> [(bytes: [UInt8], delay: Duration)]

    /// One of the two ends and what it said.
    final class End {
        let session: DTLSSession
        var keys: SRTPKeys?
        var messages: [[UInt8]] = []
        var failure: DTLSFailure?
        var isClosed = false
        /// Sizes of what it sent.
        var sentByteCounts: [Int] = []
        var wakeUp: Instant?

        init(_ session: DTLSSession) { self.session = session }
    }

    let client: End
    let server: End
    var now = Instant.zero
    var path: Path = { bytes, _ in [(bytes, .milliseconds(5))] }
    private var travelling: [(arrival: Instant, order: Int, bytes: [UInt8], isFromClient: Bool)] = []
    private var order = 0

    init(
        clientCertificate: Certificate, serverCertificate: Certificate, clientExpects: [CertificateFingerprint]? = nil,
        serverExpects: [CertificateFingerprint]? = nil
    ) {
        client = End(DTLSSession(role: .client, certificate: clientCertificate))
        server = End(DTLSSession(role: .server, certificate: serverCertificate))
        give(.expectedFingerprints(clientExpects ?? [serverCertificate.fingerprint]), to: client)
        give(.expectedFingerprints(serverExpects ?? [clientCertificate.fingerprint]), to: server)
    }

    convenience init() {
        self.init(clientCertificate: TestCertificates.first, serverCertificate: TestCertificates.second)
    }

    var isConnected: Bool { client.keys != nil && server.keys != nil }
    var isQuiet: Bool { travelling.isEmpty && client.wakeUp == nil && server.wakeUp == nil }

    /// Hands an input over and carries out what comes of it.
    func give(_ input: DTLSSession.Input, to end: End) {
        virtual_clock_set(now.nanoseconds)
        end.session.handle(input, at: now)
        drain(end)
    }

    func start() {
        give(.start, to: server)
        give(.start, to: client)
    }

    /// Lets time pass until nothing more will happen, or so much has passed.
    func run(for limit: Duration = .seconds(60), until isDone: () -> Bool = { false }) {
        let end = now + limit
        while !isDone() {
            let arrival = travelling.map(\.arrival).min()
            guard let next = [arrival, client.wakeUp, server.wakeUp].compactMap({ $0 }).min(), next <= end else { return }
            now = max(now, next)
            if let index = travelling.indices.filter({ travelling[$0].arrival <= now }).min(by: {
                travelling[$0].order < travelling[$1].order
            }) {
                let datagram = travelling.remove(at: index)
                give(.datagram(datagram.bytes), to: datagram.isFromClient ? server : client)
            } else {
                for end in [client, server] where end.wakeUp.map({ $0 <= now }) == true { give(.timeout, to: end) }
            }
        }
    }

    private func drain(_ end: End) {
        while true {
            switch end.session.pollOutput() {
            case .transmit(let bytes):
                end.sentByteCounts.append(bytes.count)
                for copy in path(bytes, end === client) {
                    order += 1
                    travelling.append((now + copy.delay, order, copy.bytes, end === client))
                }
            case .event(.connected(let keys)): end.keys = keys
            case .event(.applicationData(let message)): end.messages.append(message)
            case .event(.failed(let failure)): end.failure = failure
            case .event(.closed): end.isClosed = true
            case .wait(let instant):
                end.wakeUp = instant
                return
            }
        }
    }
}

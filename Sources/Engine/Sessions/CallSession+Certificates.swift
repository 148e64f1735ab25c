import CallProtocol
import Cryptography
import Glibc
import NIOPosix
import Primitives

extension CallSession {
    /// Certificates that a document is remembered to have made; connections keep theirs however many come after.
    private static let certificateLimit = 64

    /// webrtc-pc §4.9.1 `generateCertificate`. How long it is valid is told to the page by the browser, whose object it holds.
    func generateCertificate(_ parameters: GenerateCertificate, reply: ReplyPort) throws(ProtocolError) {
        let handle = parameters.certificate
        if certificates.count >= Self.certificateLimit, let oldest = certificates.keys.min() { certificates[oldest] = nil }
        try checkFree(handle, in: certificates)
        certificates[handle] = .underWay
        let key: Certificate.Key = parameters.algorithm == .rsa ? .rsa(bits: parameters.modulusLength ?? 2048) : .p256
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        let now = Int64(moment.tv_sec)
        NIOThreadPool.singleton.runIfActive(eventLoop: NetworkLoop.eventLoop) {
            try Certificate.make(key: key, unixSeconds: now)
        }.whenComplete { [weak self] result in
            NetworkLoop.assumeIsolated { self?.finishCertificate(handle, result, reply) }
        }
    }

    private func finishCertificate(_ handle: CertificateHandle, _ result: Result<Certificate, any Error>, _ reply: ReplyPort) {
        switch result {
        case .success(let certificate):
            // The document may have gone meanwhile.
            if !isClosed { certificates[handle] = .made(certificate) }
            let fingerprint = certificate.fingerprint
            reply.send(
                CertificateResult(fingerprint: .init(algorithm: fingerprint.algorithm.rawValue, value: fingerprint.hexadecimal.lowercased())))
        case .failure(let error):
            certificates[handle] = nil
            reply.send(ProtocolError(.engineFailure, "\(error)"))
        }
    }
}

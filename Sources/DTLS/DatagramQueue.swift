import COpenSSL

/// What OpenSSL takes for its socket: one datagram to read at most, and those it wrote.
///
/// A BIO of our own, since OpenSSL's memory BIOs run datagrams together. The queue must outlive the BIO made by `makeBIO()`. Tests play
/// foreign peers with it, hence `package`.
package final class DatagramQueue {
    /// The datagram that OpenSSL will read next.
    package var incoming: [UInt8]?
    /// The datagrams that OpenSSL wrote, oldest first.
    package var outgoing: [[UInt8]] = []

    /// `BIO_METHOD`, made once and never freed.
    ///
    /// `nonisolated(unsafe)`: written once by the thread-safe initializer of a static, and only read by OpenSSL afterwards.
    private nonisolated(unsafe) static let method: OpaquePointer? = {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams") else { return nil }
        BIO_meth_set_write(method, writeDatagram)
        BIO_meth_set_read(method, readDatagram)
        BIO_meth_set_ctrl(method, control)
        return method
    }()

    package init() {}

    /// A BIO over this queue; whoever takes it frees it.
    package func makeBIO() -> OpaquePointer? {
        guard let method = Self.method, let bio = BIO_new(method) else { return nil }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }
}

/// One call, one datagram, whole: the boundaries are part of DTLS (RFC 6347 §4.1.1).
private func writeDatagram(_ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
    guard let queue = queue(of: bio), let bytes, count > 0 else { return 0 }
    queue.outgoing.append(Array(UnsafeRawBufferPointer(start: bytes, count: Int(count))))
    return count
}

/// Gives the datagram, cut to the room there is as a socket would, or says that there is none yet.
private func readDatagram(_ bio: OpaquePointer?, _ room: UnsafeMutablePointer<CChar>?, _ roomByteCount: Int32) -> Int32 {
    guard let queue = queue(of: bio), let room, roomByteCount > 0 else { return 0 }
    nearend_bio_clear_retry(bio)
    guard let datagram = queue.incoming else {
        nearend_bio_set_retry_read(bio)
        return -1
    }
    queue.incoming = nil
    let count = min(datagram.count, Int(roomByteCount))
    UnsafeMutableRawBufferPointer(start: room, count: count).copyBytes(from: datagram[..<count])
    return Int32(count)
}

private func control(_ bio: OpaquePointer?, _ command: Int32, _ number: Int, _ pointer: UnsafeMutableRawPointer?) -> Int {
    switch command {
    case BIO_CTRL_FLUSH: 1
    case nearend_bio_datagram_mtu_overhead(): 28  // headers of IPv4 and UDP
    // To all else, such as how many bytes wait to be written, the answer is none or no.
    default: 0
    }
}

private func queue(of bio: OpaquePointer?) -> DatagramQueue? {
    BIO_get_data(bio).map { Unmanaged<DatagramQueue>.fromOpaque($0).takeUnretainedValue() }
}

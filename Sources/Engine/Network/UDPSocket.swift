import Glibc
import NIOCore
import NIOPosix
import Primitives

/// A UDP socket on the network loop, bound to one address.
///
/// Datagrams that the kernel cannot take are dropped, as the network would drop them: ICE and DTLS retransmit, media conceals.
@NetworkLoop
final class UDPSocket {
    /// Where the socket is bound, with the port that the kernel gave it.
    let localAddress: Primitives.SocketAddress
    private let channel: any Channel

    private static let datagramsPerRead = 8
    private static let trafficClassV4 = ChannelOptions.socket(.init(SOL_IP), .init(IP_TOS))
    private static let trafficClassV6 = ChannelOptions.socket(.init(SOL_IPV6), .init(IPV6_TCLASS))

    private init(channel: any Channel, localAddress: Primitives.SocketAddress) {
        self.channel = channel
        self.localAddress = localAddress
    }

    /// Binds to `address` on a port of the kernel's choice. `receive` gets every datagram, on the loop.
    ///
    /// Errors: what the kernel says, such as an address that has just left the machine.
    static func open(
        on address: IPAddress, receive: @escaping @Sendable @NetworkLoop (Datagram) -> Void,
        opened: @escaping @Sendable @NetworkLoop (Result<UDPSocket, any Error>) -> Void
    ) {
        let bound = Primitives.SocketAddress(ip: address, port: 0)
        let bootstrap = DatagramBootstrap(group: NetworkLoop.eventLoop)
            // Voice is expedited forwarding (RFC 8837 §5); a kernel that refuses to mark still sends.
            .channelOption(address.isV6 ? Self.trafficClassV6 : Self.trafficClassV4, value: 46 << 2)
            // Several datagrams a system call; the buffer is shared out among them, and none of ours exceeds an Ethernet frame.
            .channelOption(.datagramVectorReadMessageCount, value: datagramsPerRead)
            // One such call each time: what is left makes the socket readable again, and asking whether something is costs as much as reading it.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: datagramsPerRead * 2048))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ReceiveHandler(receive: receive))
                }
            }
        bootstrap.bind(to: NIOCore.SocketAddress(bound)).whenComplete { result in
            NetworkLoop.assumeIsolated {
                opened(
                    result.flatMap { channel in
                        guard let local = channel.localAddress.flatMap(Primitives.SocketAddress.init) else {
                            return .failure(ChannelError.unknownLocalAddress)
                        }
                        return .success(UDPSocket(channel: channel, localAddress: local))
                    })
            }
        }
    }

    func send(_ bytes: [UInt8], to remote: Primitives.SocketAddress) {
        let envelope = AddressedEnvelope(remoteAddress: NIOCore.SocketAddress(remote), data: channel.allocator.buffer(bytes: bytes))
        channel.writeAndFlush(envelope, promise: nil)
    }

    func close() { channel.close(promise: nil) }
}

/// Turns what the channel reads into datagrams. Errors of single datagrams (an ICMP “port unreachable”) do not close the socket.
private final class ReceiveHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let receive: @Sendable @NetworkLoop (Datagram) -> Void

    init(receive: @escaping @Sendable @NetworkLoop (Datagram) -> Void) { self.receive = receive }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let remote = Primitives.SocketAddress(envelope.remoteAddress),
            let local = context.channel.localAddress.flatMap(Primitives.SocketAddress.init)
        else { return }
        let datagram = Datagram(local: local, remote: remote, bytes: Array(envelope.data.readableBytesView))
        NetworkLoop.assumeIsolated { receive(datagram) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

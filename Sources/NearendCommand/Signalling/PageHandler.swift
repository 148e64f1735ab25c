import NIOCore
import NIOHTTP1

/// Serves the softphone page's files.
final class PageHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// The page runs its own script and style and talks to this server; nothing else.
    private static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

    private let page: SoftphonePage
    private var request: HTTPRequestHead?

    init(page: SoftphonePage) {
        self.page = page
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): request = head
        case .body: break
        case .end:
            guard let request else { return }
            self.request = nil
            answer(request, context)
        }
    }

    private func answer(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let path = request.uri.prefix { $0 != "?" && $0 != "#" }
        switch request.method {
        case .GET, .HEAD:
            guard let file = page.files[path == "/" ? "/index.html" : String(path)] else {
                return respond(.notFound, "There is nothing at \(path).\n", to: request, context)
            }
            respond(.ok, file, to: request, context)
        default:
            respond(.methodNotAllowed, "This server only answers GET.\n", to: request, context)
        }
    }

    private func respond(_ status: HTTPResponseStatus, _ text: String, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        respond(status, SoftphonePage.File(contentType: "text/plain; charset=utf-8", bytes: Array(text.utf8)), to: request, context)
    }

    private func respond(
        _ status: HTTPResponseStatus, _ file: SoftphonePage.File, to request: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        let headers: HTTPHeaders = [
            "Content-Type": file.contentType,
            "Content-Length": String(file.bytes.count),
            "Content-Security-Policy": Self.contentSecurityPolicy,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        ]
        let head = HTTPResponseHead(version: request.version, status: status, headers: headers)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: file.bytes)))), promise: nil)
        }
        let channel = context.channel
        let written = context.writeAndFlush(Self.wrapOutboundOut(.end(nil)))
        if !request.isKeepAlive { written.whenComplete { _ in channel.close(promise: nil) } }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

import Engine
import Primitives
import Testing

@Suite struct HostNameResolverTests {
    private func resolve(_ name: String) async -> [IPAddress] {
        await withCheckedContinuation { continuation in
            NetworkLoop.execute {
                let resolver = HostNameResolver()
                resolver.resolve(name) { addresses in
                    continuation.resume(returning: addresses)
                    _ = resolver
                }
            }
        }
    }

    @Test("an address stands for itself and localhost is known")
    func literals() async {
        #expect(await resolve("192.0.2.9") == [.v4(0xC000_0209)])
        #expect(await resolve("localhost").contains { $0.isLoopback })
    }

    @Test("a name that cannot be asked for is answered at once with nothing")
    func impossible() async {
        #expect(await resolve("\(String(repeating: "x", count: 64)).local").isEmpty)
    }
}

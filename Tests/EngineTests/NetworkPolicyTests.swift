import Primitives
import Testing

@testable import Engine

@Suite struct NetworkPolicyTests {
    @Test(
        "private addresses and their neighbours",
        arguments: [
            ("10.0.0.1", true), ("9.255.255.255", false), ("11.0.0.0", false), ("172.16.0.1", true), ("172.31.255.255", true), ("172.32.0.0", false),
            ("172.15.255.255", false), ("192.168.1.1", true), ("192.169.0.0", false), ("100.64.0.1", true), ("100.127.255.255", true),
            ("100.128.0.0", false), ("100.63.255.255", false), ("169.254.1.1", true), ("127.0.0.1", true), ("0.0.0.0", true), ("198.51.100.7", false),
            ("::1", true), ("fe80::1", true), ("fc00::1", true), ("fdff::1", true), ("fe00::1", false), ("2001:db8::1", false),
            ("::ffff:10.0.0.1", true), ("::ffff:198.51.100.7", false),
        ])
    func addresses(text: String, isPrivate: Bool) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isPrivate == isPrivate)
        var policy = NetworkPolicy()
        #expect(policy.permits(address))
        policy.allowsPrivateAddresses = false
        #expect(policy.permits(address) == !isPrivate)
    }

    @Test("interfaces by name and pattern")
    func interfaces() {
        var policy = NetworkPolicy()
        #expect(policy.permits(interface: "tun0"))
        policy.interfaces = ["eth0", "wl*"]
        #expect(policy.permits(interface: "eth0") && policy.permits(interface: "wlan3"))
        #expect(!policy.permits(interface: "eth01") && !policy.permits(interface: "tun0"))
    }

    @Test("a policy without any interface gives no candidate")
    func none() {
        var policy = NetworkPolicy()
        policy.interfaces = ["no-such-interface"]
        #expect(NetworkInterfaces.addresses(policy: policy).isEmpty)
    }
}

import Testing

@testable import NearendHost

@Suite struct ArgumentsTests {
    private func origin(_ arguments: [String]) -> String? {
        guard case .serve(let origin) = Arguments(arguments) else { return nil }
        return origin
    }

    @Test("Chrome gives the origin first, and may give more")
    func chrome() {
        #expect(origin(["chrome-extension://abc/"]) == "chrome-extension://abc/")
        #expect(origin(["chrome-extension://abc/", "--parent-window=0"]) == "chrome-extension://abc/")
    }

    @Test("Firefox gives the manifest's path and the extension's id")
    func firefox() {
        #expect(
            origin(["/usr/lib/mozilla/native-messaging-hosts/com.nearend.host.json", "nearend@example"])
                == "moz-extension://nearend@example/")
    }

    @Test("nothing, words and options that nobody knows are wrong", arguments: [[], ["run"], ["--verbose"], [""]])
    func wrong(arguments: [String]) {
        guard case .wrong(let complaint) = Arguments(arguments) else {
            Issue.record("taken: \(arguments)")
            return
        }
        #expect(!complaint.isEmpty)
    }
}

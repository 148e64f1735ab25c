import JSONCoding

/// The first message of the worker on a new link.
package struct ClientHello: Codable, Sendable, Hashable {
    /// A link that broke, to be taken up again within its lease.
    package struct Resume: Codable, Sendable, Hashable {
        package var session: String
        package var token: String
        /// The highest sequence number that the worker has seen from us.
        package var received: Int
    }

    package var `protocol`: Int
    /// Version of the extension.
    package var `extension`: String
    /// Name and version of the browser, for logs.
    package var browser: String?
    package var resume: Resume?

    /// Only the version must be there: what the rest of another version's hello looks like is not ours to say.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        `protocol` = try members.decode(Int.self, forKey: .protocol)
        let isOurs = `protocol` == ServerHello.protocolVersion
        `extension` = isOurs ? try members.decode(String.self, forKey: .extension) : "unknown version"
        browser = isOurs ? try members.decodeIfPresent(String.self, forKey: .browser) : nil
        resume = isOurs ? try members.decodeIfPresent(Resume.self, forKey: .resume) : nil
    }
}

/// Our answer: who we are, what we can do, which devices there are, and what resuming would need.
package struct ServerHello: Codable, Sendable, Hashable {
    package struct Engine: Codable, Sendable, Hashable {
        package var version: String
        /// Where the media runs: `in-process`.
        package var place: String

        package init(version: String, place: String) {
            self.version = version
            self.place = place
        }
    }

    /// The version of the protocol that this code speaks.
    package static let protocolVersion = 1

    package var type = "hello"
    package var `protocol` = protocolVersion
    /// Names this link's session; not secret.
    package var session: String
    /// Secret of this session: whoever has it may resume.
    package var resumeToken: String
    /// How long the session outlives its link, in milliseconds. 0: not at all.
    package var leaseMs: Int
    /// Whether the session asked for goes on; a fresh one otherwise.
    package var resumed: Bool
    /// The highest number of the browser's messages that the session has; 0 for a fresh one.
    package var received: Int
    package var host: String
    package var engine: Engine
    package var capabilities: [String]
    package var devices: [DeviceDescription]

    package init(
        session: String, resumeToken: String, leaseMs: Int, resumed: Bool = false, received: Int = 0, host: String, engine: Engine,
        capabilities: [String], devices: [DeviceDescription]
    ) {
        self.session = session
        self.resumeToken = resumeToken
        self.leaseMs = leaseMs
        self.resumed = resumed
        self.received = received
        self.host = host
        self.engine = engine
        self.capabilities = capabilities
        self.devices = devices
    }
}

/// Our refusal of a link, after which we end.
package struct HelloRefusal: Codable, Sendable, Hashable {
    package var type = "hello"
    package var error: ProtocolError

    package init(error: ProtocolError) { self.error = error }
}

/// What we say about a message that came before the hello. The link goes on.
package struct EarlyError: Codable, Sendable, Hashable {
    package var type = "error"
    package var error: ProtocolError

    package init(error: ProtocolError) { self.error = error }
}

/// These are written without a number, since the numbers begin after the hello.
extension ServerHello {
    package var text: [UInt8] { Self.text(of: self) }

    fileprivate static func text<Value: Encodable>(of value: Value) -> [UInt8] {
        do throws(JSONError) {
            return try JSONText.write(JSONValue(encoding: value))
        } catch {
            preconditionFailure("a hello has a form in JSON: \(error)")
        }
    }
}

extension HelloRefusal {
    package var text: [UInt8] { ServerHello.text(of: self) }
}

extension EarlyError {
    package var text: [UInt8] { ServerHello.text(of: self) }
}

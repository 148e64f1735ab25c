import Primitives

/// What the relay answers.
extension RelayAllocation {
    /// Whether a message answers one of ours.
    func awaits(_ id: STUNTransactionID) -> Bool { transactions.contains { $0.id == id } }

    mutating func handle(_ response: STUNMessage, at now: Instant, random: inout RandomSource) {
        guard let index = transactions.firstIndex(where: { $0.id == response.transactionID }) else { return }
        let transaction = transactions[index]
        // RFC 8489 §9.2.5: a success is sealed as the request was; what is not is as though it had never come. Errors may come bare.
        if transaction.isAuthenticated, response.messageClass == .successResponse || response.hasIntegrity {
            guard let credentials, response.isAuthentic(key: credentials.key) else { return }
        }
        transactions.remove(at: index)
        switch response.messageClass {
        case .successResponse: succeed(transaction, response, at: now, random: &random)
        case .errorResponse: refuse(transaction, response, at: now, random: &random)
        case .request, .indication: break
        }
    }

    private mutating func succeed(
        _ transaction: RelayTransaction, _ response: STUNMessage, at now: Instant, random: inout RandomSource
    ) {
        switch transaction.purpose {
        case .allocate:
            guard state == .allocating else { return }
            guard let relayed = response.relayedAddress, relayed.port != 0, !relayed.ip.isUnspecified else {
                return fail(STUNErrorCode.serverError.rawValue, "The TURN server named no relayed address.")
            }
            self.relayed = relayed
            mapped = response.mappedAddress
            state = .allocated
            extend(to: response.lifetime ?? RelayTiming.lifetime, at: now)
            outputs.append(.allocated)
        case .refresh(let lifetime):
            if lifetime > .zero {
                extend(to: response.lifetime ?? RelayTiming.lifetime, at: now)
            } else if state == .allocating {
                // What another allocation on this path had left is gone.
                request(.allocate, at: now, random: &random)
            }
        case .permission(let ip): grant(ip, at: now, random: &random)
        case .channel(let peer, _):
            channels[peer]?.isBound = true
            channels[peer]?.refreshAt = now + RelayTiming.channelRefresh
            channels[peer]?.expiry = now + RelayTiming.lifetime
            // RFC 8656 §12.2: it installs or refreshes a permission, too.
            grant(peer.ip, at: now, random: &random)
        }
    }

    private mutating func extend(to lifetime: Duration, at now: Instant) {
        expiry = now + lifetime
        refreshAt = now + max(lifetime - RelayTiming.refreshMargin, lifetime / 2)
    }

    private mutating func refuse(
        _ transaction: RelayTransaction, _ response: STUNMessage, at now: Instant, random: inout RandomSource
    ) {
        let code = response.errorCode ?? .serverError
        switch code {
        case .unauthenticated where !transaction.isAuthenticated, .staleNonce:
            guard let nonce = response.nonce, let realm = response.realm ?? credentials?.realm,
                transaction.renewals < Self.renewalLimit
            else { break }
            // RFC 8489 §9.2.5: the request once more, with the new nonce.
            credentials = RelayCredentials(server: server, realm: realm, nonce: nonce)
            return request(transaction.purpose, renewals: transaction.renewals + 1, at: now, random: &random)
        case .tryAlternate where transaction.purpose == .allocate:
            if let address = response.alternateServer { return redirect(to: address, response, at: now, random: &random) }
        case .allocationMismatch where transaction.purpose == .allocate && !hasClearedOldAllocation:
            // A former owner of our port has left its allocation behind. RFC 8656 §7.4 would have us take another port; giving up what is
            // there under the same name comes first.
            hasClearedOldAllocation = true
            return request(.refresh(lifetime: .zero), at: now, random: &random)
        case _: break
        }
        let reason = response.errorReason
        switch transaction.purpose {
        case .allocate:
            fail(code.rawValue, reason)
        case .refresh(let lifetime):
            if state == .allocating {
                request(.allocate, at: now, random: &random)
            } else if code == .allocationMismatch {
                // RFC 8656 §7.4: the relay has forgotten us.
                end(nil)
            } else if lifetime > .zero {
                refreshAt = now + RelayTiming.retry
            }
        case .permission(let ip):
            permissions[ip]?.isRefused = true
            permissions[ip]?.isGranted = false
            permissions[ip]?.queue = []
            permissions[ip]?.expiry = now + RelayTiming.permissionLifetime
            permissions[ip]?.refreshAt = now + RelayTiming.permissionLifetime
        case .channel(let peer, _):
            // Indications do the same with more bytes.
            channels[peer]?.isBound = false
            channels[peer]?.refreshAt = now + RelayTiming.lifetime
            channels[peer]?.expiry = now + RelayTiming.lifetime
        }
    }

    /// RFC 8489 §10: the same request to another server of the same family; over a stream that is a new stream.
    private mutating func redirect(
        to address: SocketAddress, _ response: STUNMessage, at now: Instant, random: inout RandomSource
    ) {
        redirections += 1
        guard redirections <= Self.redirectionLimit, address != serverAddress, address.port != 0,
            address.ip.isV6 == serverAddress.ip.isV6, !address.ip.isUnspecified
        else { return fail(STUNErrorCode.tryAlternate.rawValue, response.errorReason) }
        serverAddress = address
        credentials = nil
        switch path {
        case .datagrams:
            request(.allocate, at: now, random: &random)
        case .stream(let id):
            outputs.append(.stream(.close(id)))
            let next = RelayStream.ID(number: id.number + 1)
            path = .stream(next)
            reader = RelayStreamReader()
            state = .connecting
            connectionDeadline = now + RelayTiming.connection
            var moved = server
            moved.address = address
            outputs.append(.stream(.open(next, moved)))
        }
    }
}

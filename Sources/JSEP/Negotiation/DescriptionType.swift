/// webrtc-pc §4.6.1 `RTCSdpType`.
package enum DescriptionType: String, Sendable, Hashable {
    case offer, pranswer, answer, rollback
}

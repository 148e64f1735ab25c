/// Session descriptions as others write them.
///
/// Chromium 156 and aiortc 1.16 wrote theirs on a machine with documentation addresses; the rest follow what is known of those endpoints.
package enum Fixtures {
    /// Chromium: one microphone, before gathering.
    package static let chromiumOffer = crlf(
        """
        v=0
        o=- 7149026827838540118 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=extmap-allow-mixed
        a=msid-semantic: WMS 6773a111-4a03-4f0c-9ce7-03fc610b5828
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:yNy3
        a=ice-pwd:lIhMZmZTlAZL1CG3UIVsRPte
        a=ice-options:trickle
        a=fingerprint:sha-256 D6:51:81:A9:67:01:A8:C3:A4:8B:01:68:84:A6:41:14:ED:A2:48:C8:CC:96:36:15:C6:9E:66:EB:D2:72:AE:31
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendrecv
        a=msid:6773a111-4a03-4f0c-9ce7-03fc610b5828 32a017c6-7ab5-4ee0-964e-c305c2a3fe7f
        a=rtcp-mux
        a=rtcp-rsize
        a=rtcp-xr:rcvr-rtt=all
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:1511525087 cname:0rAWezCrm/hgKgC4
        a=ssrc:1511525087 msid:6773a111-4a03-4f0c-9ce7-03fc610b5828 32a017c6-7ab5-4ee0-964e-c305c2a3fe7f
        """)

    /// The same after gathering.
    package static let chromiumGatheredOffer = crlf(
        """
        v=0
        o=- 7149026827838540118 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=extmap-allow-mixed
        a=msid-semantic: WMS 6773a111-4a03-4f0c-9ce7-03fc610b5828
        m=audio 38684 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 192.0.2.2
        a=rtcp:9 IN IP4 0.0.0.0
        a=candidate:297461116 1 udp 2122194687 192.0.2.2 38684 typ host generation 0 network-id 1
        a=candidate:382241228 1 udp 2122265343 fd00::2 45813 typ host generation 0 network-id 2
        a=candidate:1869940708 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0 network-id 1
        a=candidate:1745316692 1 tcp 1518285567 fd00::2 9 typ host tcptype active generation 0 network-id 2
        a=ice-ufrag:yNy3
        a=ice-pwd:lIhMZmZTlAZL1CG3UIVsRPte
        a=ice-options:trickle
        a=fingerprint:sha-256 D6:51:81:A9:67:01:A8:C3:A4:8B:01:68:84:A6:41:14:ED:A2:48:C8:CC:96:36:15:C6:9E:66:EB:D2:72:AE:31
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendrecv
        a=msid:6773a111-4a03-4f0c-9ce7-03fc610b5828 32a017c6-7ab5-4ee0-964e-c305c2a3fe7f
        a=rtcp-mux
        a=rtcp-rsize
        a=rtcp-xr:rcvr-rtt=all
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:1511525087 cname:0rAWezCrm/hgKgC4
        a=ssrc:1511525087 msid:6773a111-4a03-4f0c-9ce7-03fc610b5828 32a017c6-7ab5-4ee0-964e-c305c2a3fe7f
        """)

    /// Chromium's answer to the one above.
    package static let chromiumAnswer = crlf(
        """
        v=0
        o=- 6565290181066307764 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=extmap-allow-mixed
        a=msid-semantic: WMS 6773a111-4a03-4f0c-9ce7-03fc610b5828
        m=audio 49576 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 192.0.2.2
        a=rtcp:9 IN IP4 0.0.0.0
        a=candidate:72194477 1 udp 2122194687 192.0.2.2 49576 typ host generation 0 network-id 1
        a=candidate:54523165 1 udp 2122265343 fd00::2 37940 typ host generation 0 network-id 2
        a=ice-ufrag:TNsY
        a=ice-pwd:e/ltBDSS2DMBRoWqBEt/u8xP
        a=ice-options:trickle
        a=fingerprint:sha-256 9D:26:CD:91:F0:D2:79:63:2A:EB:D8:24:2E:56:5C:C2:DD:5F:A9:99:27:FD:DF:05:93:D3:2E:5F:FF:F3:1B:AC
        a=setup:active
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendrecv
        a=msid:6773a111-4a03-4f0c-9ce7-03fc610b5828 6eb02ccb-e27d-41dc-8831-1a50eb34085c
        a=rtcp-mux
        a=rtcp-rsize
        a=rtcp-xr:rcvr-rtt=all
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:676429152 cname:Q/baD+Nu2EVWx0wo
        """)

    /// Chromium: a microphone, video to receive, and a data channel.
    package static let chromiumFullOffer = crlf(
        """
        v=0
        o=- 2005462682035643217 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1 2
        a=extmap-allow-mixed
        a=msid-semantic: WMS 6773a111-4a03-4f0c-9ce7-03fc610b5828
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:ODDo
        a=ice-pwd:KlqMlI0Ww3/YUJMrXsFCNk43
        a=ice-options:trickle
        a=fingerprint:sha-256 D4:06:E5:BC:E7:1A:C7:CF:25:75:03:13:EC:8D:DC:1D:58:F6:47:21:62:68:2A:9C:69:E6:0A:76:2A:60:A2:79
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendrecv
        a=msid:6773a111-4a03-4f0c-9ce7-03fc610b5828 32a017c6-7ab5-4ee0-964e-c305c2a3fe7f
        a=rtcp-mux
        a=rtcp-rsize
        a=rtcp-xr:rcvr-rtt=all
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:4095365988 cname:1FRuQ8I/h6xTyZTl
        a=ssrc:4095365988 msid:6773a111-4a03-4f0c-9ce7-03fc610b5828 32a017c6-7ab5-4ee0-964e-c305c2a3fe7f
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101 35 36 37 38 102 103 104 107 108 109 114 115 116 117 39 40 41 42 43 44 45 46 47 48 118 119 120 49
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:ODDo
        a=ice-pwd:KlqMlI0Ww3/YUJMrXsFCNk43
        a=ice-options:trickle
        a=fingerprint:sha-256 D4:06:E5:BC:E7:1A:C7:CF:25:75:03:13:EC:8D:DC:1D:58:F6:47:21:62:68:2A:9C:69:E6:0A:76:2A:60:A2:79
        a=setup:actpass
        a=mid:1
        a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:13 urn:3gpp:video-orientation
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
        a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing
        a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
        a=recvonly
        a=rtcp-mux
        a=rtcp-rsize
        a=rtcp-xr:rcvr-rtt=all
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 goog-remb
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=rtpmap:98 VP9/90000
        a=rtcp-fb:98 goog-remb
        a=rtcp-fb:98 transport-cc
        a=rtcp-fb:98 ccm fir
        a=rtcp-fb:98 nack
        a=rtcp-fb:98 nack pli
        a=fmtp:98 profile-id=0
        a=rtpmap:99 rtx/90000
        a=fmtp:99 apt=98
        a=rtpmap:100 VP9/90000
        a=rtcp-fb:100 goog-remb
        a=rtcp-fb:100 transport-cc
        a=rtcp-fb:100 ccm fir
        a=rtcp-fb:100 nack
        a=rtcp-fb:100 nack pli
        a=fmtp:100 profile-id=2
        a=rtpmap:101 rtx/90000
        a=fmtp:101 apt=100
        a=rtpmap:35 VP9/90000
        a=rtcp-fb:35 goog-remb
        a=rtcp-fb:35 transport-cc
        a=rtcp-fb:35 ccm fir
        a=rtcp-fb:35 nack
        a=rtcp-fb:35 nack pli
        a=fmtp:35 profile-id=1
        a=rtpmap:36 rtx/90000
        a=fmtp:36 apt=35
        a=rtpmap:37 VP9/90000
        a=rtcp-fb:37 goog-remb
        a=rtcp-fb:37 transport-cc
        a=rtcp-fb:37 ccm fir
        a=rtcp-fb:37 nack
        a=rtcp-fb:37 nack pli
        a=fmtp:37 profile-id=3
        a=rtpmap:38 rtx/90000
        a=fmtp:38 apt=37
        a=rtpmap:102 H264/90000
        a=rtcp-fb:102 goog-remb
        a=rtcp-fb:102 transport-cc
        a=rtcp-fb:102 ccm fir
        a=rtcp-fb:102 nack
        a=rtcp-fb:102 nack pli
        a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
        a=rtpmap:103 rtx/90000
        a=fmtp:103 apt=102
        a=rtpmap:104 H264/90000
        a=rtcp-fb:104 goog-remb
        a=rtcp-fb:104 transport-cc
        a=rtcp-fb:104 ccm fir
        a=rtcp-fb:104 nack
        a=rtcp-fb:104 nack pli
        a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f
        a=rtpmap:107 rtx/90000
        a=fmtp:107 apt=104
        a=rtpmap:108 H264/90000
        a=rtcp-fb:108 goog-remb
        a=rtcp-fb:108 transport-cc
        a=rtcp-fb:108 ccm fir
        a=rtcp-fb:108 nack
        a=rtcp-fb:108 nack pli
        a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:109 rtx/90000
        a=fmtp:109 apt=108
        a=rtpmap:114 H264/90000
        a=rtcp-fb:114 goog-remb
        a=rtcp-fb:114 transport-cc
        a=rtcp-fb:114 ccm fir
        a=rtcp-fb:114 nack
        a=rtcp-fb:114 nack pli
        a=fmtp:114 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f
        a=rtpmap:115 rtx/90000
        a=fmtp:115 apt=114
        a=rtpmap:116 H264/90000
        a=rtcp-fb:116 goog-remb
        a=rtcp-fb:116 transport-cc
        a=rtcp-fb:116 ccm fir
        a=rtcp-fb:116 nack
        a=rtcp-fb:116 nack pli
        a=fmtp:116 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f
        a=rtpmap:117 rtx/90000
        a=fmtp:117 apt=116
        a=rtpmap:39 H264/90000
        a=rtcp-fb:39 goog-remb
        a=rtcp-fb:39 transport-cc
        a=rtcp-fb:39 ccm fir
        a=rtcp-fb:39 nack
        a=rtcp-fb:39 nack pli
        a=fmtp:39 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=4d001f
        a=rtpmap:40 rtx/90000
        a=fmtp:40 apt=39
        a=rtpmap:41 H264/90000
        a=rtcp-fb:41 goog-remb
        a=rtcp-fb:41 transport-cc
        a=rtcp-fb:41 ccm fir
        a=rtcp-fb:41 nack
        a=rtcp-fb:41 nack pli
        a=fmtp:41 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=f4001f
        a=rtpmap:42 rtx/90000
        a=fmtp:42 apt=41
        a=rtpmap:43 H264/90000
        a=rtcp-fb:43 goog-remb
        a=rtcp-fb:43 transport-cc
        a=rtcp-fb:43 ccm fir
        a=rtcp-fb:43 nack
        a=rtcp-fb:43 nack pli
        a=fmtp:43 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=f4001f
        a=rtpmap:44 rtx/90000
        a=fmtp:44 apt=43
        a=rtpmap:45 AV1/90000
        a=rtcp-fb:45 goog-remb
        a=rtcp-fb:45 transport-cc
        a=rtcp-fb:45 ccm fir
        a=rtcp-fb:45 nack
        a=rtcp-fb:45 nack pli
        a=fmtp:45 level-idx=5;profile=0;tier=0
        a=rtpmap:46 rtx/90000
        a=fmtp:46 apt=45
        a=rtpmap:47 AV1/90000
        a=rtcp-fb:47 goog-remb
        a=rtcp-fb:47 transport-cc
        a=rtcp-fb:47 ccm fir
        a=rtcp-fb:47 nack
        a=rtcp-fb:47 nack pli
        a=fmtp:47 level-idx=5;profile=1;tier=0
        a=rtpmap:48 rtx/90000
        a=fmtp:48 apt=47
        a=rtpmap:118 red/90000
        a=rtpmap:119 rtx/90000
        a=fmtp:119 apt=118
        a=rtpmap:120 ulpfec/90000
        a=rtpmap:49 flexfec-03/90000
        a=rtcp-fb:49 goog-remb
        a=rtcp-fb:49 transport-cc
        a=fmtp:49 repair-window=10000000
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=ice-ufrag:ODDo
        a=ice-pwd:KlqMlI0Ww3/YUJMrXsFCNk43
        a=ice-options:trickle
        a=fingerprint:sha-256 D4:06:E5:BC:E7:1A:C7:CF:25:75:03:13:EC:8D:DC:1D:58:F6:47:21:62:68:2A:9C:69:E6:0A:76:2A:60:A2:79
        a=setup:actpass
        a=mid:2
        a=sctp-port:5000
        a=max-message-size:262144
        """)

    /// aiortc: three fingerprints of one certificate, no trickle.
    package static let aiortcOffer = crlf(
        """
        v=0
        o=- 4004392829 4004392829 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=msid-semantic:WMS *
        m=audio 36189 UDP/TLS/RTP/SAVPF 96 9 0 8
        c=IN IP4 192.0.2.2
        a=sendrecv
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=mid:0
        a=msid:eecfae08-3b17-4245-a893-cc6b5e647937 982348d7-56a9-4fc4-b216-d150b278433e
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=ssrc:3695226038 cname:b27d0f97-1197-4523-934b-3536204fd671
        a=rtpmap:96 opus/48000/2
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=candidate:f957a2332b1715da3b0ef8ba684454eb 1 udp 2130706431 192.0.2.2 36189 typ host
        a=candidate:d0bcf3d9c29a2bc887618212a1623bfa 1 udp 2130706431 fd00::2 34512 typ host
        a=end-of-candidates
        a=ice-ufrag:Xzkg
        a=ice-pwd:nMn4768jH2Jv8tOT711YFS
        a=fingerprint:sha-256 78:1D:8E:A4:C2:EC:98:9D:A0:6D:CC:D2:66:E2:44:9B:C6:D6:70:76:2D:24:4D:87:C4:06:50:78:80:DA:8C:02
        a=fingerprint:sha-384 E0:4C:D3:4E:68:68:6E:61:F1:87:D1:8C:71:2C:DC:4F:8F:5C:1F:6E:BA:C1:E1:6D:52:59:23:65:38:EB:99:B4:91:DE:A0:44:F0:6E:2A:53:37:11:01:FF:73:AA:90:3C
        a=fingerprint:sha-512 9F:66:1D:84:96:A4:FC:16:17:00:4F:1C:B1:DF:A2:52:13:6B:A0:8D:5F:FF:D6:D2:47:54:AD:71:5E:59:E6:DD:9C:AB:3B:5F:C5:4A:7D:3D:5C:C5:FF:09:FD:E7:46:06:57:36:9D:6D:C8:61:39:59:1F:CF:40:C1:00:A6:E9:6A
        a=setup:actpass
        """)

    /// aiortc's answer.
    package static let aiortcAnswer = crlf(
        """
        v=0
        o=- 4004392829 4004392829 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=msid-semantic:WMS *
        m=audio 45709 UDP/TLS/RTP/SAVPF 96 9 0 8
        c=IN IP4 192.0.2.2
        a=sendrecv
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=mid:0
        a=msid:5532e8f9-ea76-4c24-8a45-bf9ae835e8e7 058092fc-e09c-471e-ae50-4008b7d43c45
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=ssrc:67033220 cname:0434885c-1d96-4160-91e8-e977a9e838a9
        a=rtpmap:96 opus/48000/2
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=candidate:f957a2332b1715da3b0ef8ba684454eb 1 udp 2130706431 192.0.2.2 45709 typ host
        a=candidate:d0bcf3d9c29a2bc887618212a1623bfa 1 udp 2130706431 fd00::2 42251 typ host
        a=end-of-candidates
        a=ice-ufrag:vESs
        a=ice-pwd:kZ2jeTSSi8VJgdEKijlBZE
        a=fingerprint:sha-256 D6:8D:A7:59:12:CB:B5:20:E6:E8:00:A2:F3:8E:94:97:10:A0:A4:70:28:8C:6F:0D:1F:F8:A0:4F:A1:93:69:50
        a=fingerprint:sha-384 8F:53:EB:E0:35:D8:3E:1A:E6:3B:5C:8D:20:62:1C:3B:80:6C:54:3C:58:47:56:16:5E:61:5D:F0:7B:46:33:A7:7F:CC:1D:EF:CF:B8:76:B2:F9:93:48:CC:1F:3C:90:80
        a=fingerprint:sha-512 FB:0F:B8:16:F7:6A:67:FE:B4:AE:6D:91:5E:91:C4:7C:85:F2:AD:68:E3:42:DF:A1:C6:25:19:D5:04:C5:28:FD:CA:DE:67:7A:77:79:B9:FF:A5:E0:BE:00:59:55:DC:07:4C:B3:97:CC:D2:62:8C:89:CA:F9:39:E6:F3:C6:82:E7
        a=setup:active
        """)

    /// A media gateway of the Twilio kind: ICE lite, PCMU first, neither mid nor BUNDLE nor msid.
    package static let twilioOffer = crlf(
        """
        v=0
        o=root 1903343929 1903343929 IN IP4 172.21.5.162
        s=Twilio Media Gateway
        c=IN IP4 192.0.2.7
        t=0 0
        a=ice-lite
        m=audio 18934 RTP/SAVPF 0 101 111
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-16
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 maxplaybackrate=48000;sprop-maxcapturerate=48000;minptime=10
        a=maxptime:150
        a=ice-ufrag:7Lv4uMd7wQaQAVXH
        a=ice-pwd:wz4YX6R8HpUOSvOkUCmaV2xe
        a=candidate:1 1 UDP 2130706431 192.0.2.7 18934 typ host
        a=end-of-candidates
        a=connection:new
        a=setup:actpass
        a=fingerprint:sha-256 D2:0B:E8:2C:EE:FF:59:84:0F:A5:0D:A6:3B:AE:EE:FF:0E:6D:97:17:2C:A2:F5:29:B4:7E:B8:98:44:A8:16:40
        a=sendrecv
        a=rtcp-mux
        a=ptime:20
        """)

    /// A Janus that calls every stream “janus”; fingerprint at session level.
    package static let janusOffer = crlf(
        """
        v=0
        o=- 5158052951070975307 2 IN IP4 192.0.2.9
        s=VideoRoom 1234
        t=0 0
        a=group:BUNDLE a
        a=ice-options:trickle
        a=fingerprint:sha-256 CE:F3:6E:23:8B:F4:3C:31:44:38:4C:49:77:0B:75:B9:F8:5C:4A:11:5F:92:4A:0B:84:23:34:75:2F:BD:25:35
        a=extmap-allow-mixed
        a=msid-semantic: WMS *
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 192.0.2.9
        a=sendonly
        a=mid:a
        a=rtcp-mux
        a=ice-ufrag:9xUx
        a=ice-pwd:y1pSC6r6kB3Gd6q0cqFhPe
        a=ice-options:trickle
        a=setup:actpass
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 useinbandfec=1
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=msid:janus janusa
        a=ssrc:2724512938 cname:janus
        a=candidate:1 1 udp 2015363327 192.0.2.9 45021 typ host
        a=end-of-candidates
        """)

    /// FreeSWITCH: neither mid nor BUNDLE nor direction; msid in the older form.
    package static let freeSwitchOffer = crlf(
        """
        v=0
        o=FreeSWITCH 1700000000 1700000001 IN IP4 192.0.2.11
        s=FreeSWITCH
        c=IN IP4 192.0.2.11
        t=0 0
        a=msid-semantic: WMS 9gfGEQYJwrcMRW6vzAyxeoJx3RBoMzn0
        m=audio 24476 UDP/TLS/RTP/SAVPF 102 0 8 103 101
        a=rtpmap:102 opus/48000/2
        a=fmtp:102 useinbandfec=1; maxaveragebitrate=30000; maxplaybackrate=48000; ptime=20; minptime=10; maxptime=40
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:103 telephone-event/48000
        a=rtpmap:101 telephone-event/8000
        a=fingerprint:sha-256 8E:97:0F:1D:4B:9E:3A:75:6B:84:36:45:90:6E:47:63:9A:0A:5D:40:C0:06:FD:F2:93:B2:41:9A:9B:8F:32:12
        a=setup:actpass
        a=rtcp-mux
        a=rtcp:24476 IN IP4 192.0.2.11
        a=ssrc:3263245890 cname:oLJ8sTvNsQRhc8ra
        a=ssrc:3263245890 msid:9gfGEQYJwrcMRW6vzAyxeoJx3RBoMzn0 a0
        a=ssrc:3263245890 mslabel:9gfGEQYJwrcMRW6vzAyxeoJx3RBoMzn0
        a=ssrc:3263245890 label:9gfGEQYJwrcMRW6vzAyxeoJx3RBoMzn0a0
        a=ice-ufrag:0C3nB0xpv0P4gKjZ
        a=ice-pwd:MDHNdBMDLWyS9VaFKlQVkxwD
        a=candidate:2087452348 1 udp 2130706431 192.0.2.11 24476 typ host generation 0
        a=end-of-candidates
        a=ptime:20
        """)

    /// baresip: ICE, fingerprint and setup at session level.
    package static let baresipAnswer = crlf(
        """
        v=0
        o=- 3907891234 1 IN IP4 192.0.2.13
        s=-
        c=IN IP4 192.0.2.13
        t=0 0
        a=tool:baresip 1.0.0
        a=ice-ufrag:h7Kq
        a=ice-pwd:9jvgXzUdPqR0kHe2yWnFbA
        a=fingerprint:SHA-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3E:36:91:0C:31:2F:23:56:33:26:52:A1
        a=setup:active
        m=audio 30412 UDP/TLS/RTP/SAVPF 96 0 101
        b=AS:125
        a=rtpmap:96 opus/48000/2
        a=fmtp:96 stereo=1;sprop-stereo=1
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=sendrecv
        a=rtcp-mux
        a=candidate:7f000001 1 UDP 2113932031 192.0.2.13 30412 typ host
        a=ptime:20
        """)

    /// Exotel's SIP.js after its munging: UDP/TLS/RTP/AVPF.
    package static let exotelOffer = crlf(
        """
        v=0
        o=- 1699 1699 IN IP4 192.0.2.15
        s=SIP.js munged
        t=0 0
        a=ice-lite
        m=audio 16550 UDP/TLS/RTP/AVPF 8 101
        c=IN IP4 192.0.2.15
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ice-ufrag:ahQ7RFkJ
        a=ice-pwd:ahQ7RFkJahQ7RFkJahQ7RFkJ
        a=fingerprint:sha-256 8E:97:0F:1D:4B:9E:3A:75:6B:84:36:45:90:6E:47:63:9A:0A:5D:40:C0:06:FD:F2:93:B2:41:9A:9B:8F:32:12
        a=setup:actpass
        a=rtcp-mux
        a=candidate:1 1 UDP 2130706431 192.0.2.15 16550 typ host
        """)

    /// sipML5's gateway: RTP/SAVPF.
    package static let sipML5Offer = crlf(
        """
        v=0
        o=- 1699 1699 IN IP4 192.0.2.15
        s=sipML5 gateway
        t=0 0
        a=ice-lite
        m=audio 16550 RTP/SAVPF 8 101
        c=IN IP4 192.0.2.15
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ice-ufrag:ahQ7RFkJ
        a=ice-pwd:ahQ7RFkJahQ7RFkJahQ7RFkJ
        a=fingerprint:sha-256 8E:97:0F:1D:4B:9E:3A:75:6B:84:36:45:90:6E:47:63:9A:0A:5D:40:C0:06:FD:F2:93:B2:41:9A:9B:8F:32:12
        a=setup:actpass
        a=rtcp-mux
        a=candidate:1 1 UDP 2130706431 192.0.2.15 16550 typ host
        """)

    /// The literals above with the line ends of the wire.
    private static func crlf(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") + "\r\n"
    }
}

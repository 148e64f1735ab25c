import AudioProcessing

/// What can be asked of the audio graph. Carried out at the start of a tick, in the order asked.
///
/// A removal ends every use of the object by the graph; objects that still refer to it hear silence from it. To remove what is not
/// there, or to add what is, changes nothing.
package enum GraphChange: Sendable {
    /// A source is read, once per tick, from now on.
    case addInput(CaptureInput)
    case removeInput(CaptureInput)
    /// The input goes on with another source: its device was opened anew.
    case setSource(CaptureInput, any CaptureSource)

    /// A sink is written, once per tick, from now on (silence where nothing plays).
    case addOutput(PlaybackOutput)
    case removeOutput(PlaybackOutput)
    /// The output goes on with another sink: its device was opened anew.
    case setSink(PlaybackOutput, any PlaybackSink)

    case addChain(CaptureChain)
    case removeChain(CaptureChain)
    /// The output whose sound this chain's microphone hears; `nil`: none.
    case setReference(CaptureChain, PlaybackOutput?)
    /// Other wishes: a processor made for them (making one allocates, so that another thread does it); `nil`: the sound as it is.
    case setProcessor(CaptureChain, (any CaptureProcessor & Sendable)?)

    case addTrack(LocalTrack)
    /// The track has ended: it is silent for good.
    case removeTrack(LocalTrack)
    case setTrackEnabled(LocalTrack, Bool)

    /// A mix is made, once per tick, from now on.
    case addMix(TrackMix)
    case removeMix(TrackMix)
    /// The whole state of a mix.
    case setMix(TrackMix, MixState)
    /// A tone that sounds gets another frequency (Hz), and an end so many samples from now; `nil`: none.
    case tuneTone(ToneVoice, frequency: Double, end: Int?)
    /// A file that plays gets another loop, and an end in the same way.
    case tuneSound(SoundVoice, loop: Range<Int>?, end: Int?)

    case addSender(SendStream)
    case removeSender(SendStream)
    /// `replaceTrack`: what the sender sends from now on; `nil`: nothing is sent.
    case setSenderTrack(SendStream, LocalTrack?)
    /// The negotiated codec; `nil`: none, nothing is sent.
    case setEncoder(SendStream, SendEncoder?)
    /// Bitrate and loss protection, while the codec stays.
    case tuneEncoder(SendStream, EncoderTuning)
    /// The direction allows sending and the encoding is active.
    case setSending(SendStream, Bool)
    /// `insertDTMF`. What becomes of it comes up in the sender's ring.
    case sendTones(SendStream, ToneRequest)

    case addReceiver(ReceiveStream)
    case removeReceiver(ReceiveStream)
    case setReceiverEnabled(ReceiveStream, Bool)

    /// The whole state of a playback, added when it is new.
    case setPlayback(Playback, PlaybackState)
    case removePlayback(Playback)
}

import AudioCore
import Primitives

/// Everything that sounds, 10 ms at a time: receivers are pulled, playbacks mixed into outputs, inputs read and processed, senders
/// encoded. Owned by the audio thread; reached by others through `GraphControl` alone.
///
/// The order within a tick is that of the sound: what is about to be played is known to the canceller before the microphone is
/// read, since its echo cannot arrive earlier. Nothing in a tick allocates, locks, logs or frees.
package final class AudioGraph {
    /// How many objects of one kind the graph takes. More is refused (and counted): nobody has that many calls.
    private static let capacity = 256

    private let control: GraphControl
    private let waker: any GraphWaker
    private var inputs = ObjectList<CaptureInput>(capacity: capacity)
    private var outputs = ObjectList<PlaybackOutput>(capacity: capacity)
    private var chains = ObjectList<CaptureChain>(capacity: capacity)
    private var tracks = ObjectList<LocalTrack>(capacity: capacity)
    private var mixes = ObjectList<TrackMix>(capacity: capacity)
    private var senders = ObjectList<SendStream>(capacity: capacity)
    private var receivers = ObjectList<ReceiveStream>(capacity: capacity)
    private var playbacks = ObjectList<Playback>(capacity: capacity)
    private var hasRetired = false

    /// Objects that were refused for want of a place.
    package private(set) var refusals = 0

    package init(control: GraphControl, waker: any GraphWaker) {
        self.control = control
        self.waker = waker
    }

    /// Nothing to do until the next change: no reason to wake up a hundred times a second.
    package var isIdle: Bool {
        inputs.count == 0 && outputs.count == 0 && senders.count == 0 && receivers.count == 0 && playbacks.count == 0 && !isMixSounding
    }

    private var isMixSounding: Bool {
        for index in 0..<mixes.count where mixes[index].isSounding { return true }
        return false
    }

    /// The next 10 ms.
    ///
    /// - Parameter now: the time of the tick, on the clock that stamps received packets.
    package func tick(at now: Instant) {
        carryOutChanges()

        for index in 0..<receivers.count { receivers[index].tick(at: now) }

        for index in 0..<outputs.count { outputs[index].beginMix() }
        mixPlaybacks()
        for index in 0..<outputs.count { outputs[index].endMix() }

        for index in 0..<inputs.count { inputs[index].tick() }
        for index in 0..<chains.count { chains[index].tick() }
        for index in 0..<tracks.count where !tracks[index].isOfMix { tracks[index].tick() }
        makeMixes()
        for index in 0..<tracks.count where tracks[index].isOfMix { tracks[index].tick() }

        var loopHasWork = false
        for index in 0..<senders.count where senders[index].tick(at: now) { loopHasWork = true }

        if loopHasWork { waker.wakeLoop() }
        if hasRetired {
            hasRetired = false
            waker.wakeCollector()
        }
    }

    private func makeMixes() {
        for index in 0..<mixes.count {
            let mix = mixes[index]
            mix.tick()
            if let former = mix.former, retire(former) { mix.former = nil }
        }
    }

    private func mixPlaybacks() {
        var index = 0
        while index < playbacks.count {
            let playback = playbacks[index]
            playback.mix()
            // With the way up blocked, the former state is kept and let go at a later tick: it is not heard any more.
            if let former = playback.former, retire(former) { playback.former = nil }
            if playback.isLeaving, playback.former == nil, retire(playback) {
                _ = playbacks.remove(playback)
            } else {
                index += 1
            }
        }
    }

    // MARK: Changes

    private func carryOutChanges() {
        let reserved = playbacks.capacity * 2 + mixes.capacity
        while control.retired.count + GraphControl.retirementsPerCommand + reserved < control.retired.capacity {
            guard let reference = control.commands.read() else { return }
            reference._withUnsafeGuaranteedRef { carryOut($0) }
            _ = control.retired.write(Unmanaged<AnyObject & Sendable>.fromOpaque(reference.toOpaque()))
            hasRetired = true
        }
    }

    private func retire(_ object: AnyObject & Sendable) -> Bool {
        let reference = Unmanaged.passRetained(object)
        guard control.retired.write(reference) else {
            reference.release()
            return false
        }
        hasRetired = true
        return true
    }

    private func carryOut(_ command: GraphCommand) {
        switch command.change {
        case .addInput(let input): admit(inputs.append(input))
        case .removeInput(let input):
            guard inputs.remove(input) else { return }
            input.fallSilent()
        case .setSource(let input, let source): command.displaced = input.replaceSource(with: source)

        case .addOutput(let output):
            admit(outputs.append(output))
            output.isMixed = outputs.index(of: output) != nil
        case .removeOutput(let output):
            guard outputs.remove(output) else { return }
            output.isMixed = false
            output.fallSilent()
        case .setSink(let output, let sink): command.displaced = output.replaceSink(with: sink)

        case .addChain(let chain): admit(chains.append(chain))
        case .removeChain(let chain):
            guard chains.remove(chain) else { return }
            chain.fallSilent()
        case .setReference(let chain, let output): command.displaced = chain.replaceReference(with: output)
        case .setProcessor(let chain, let processor): command.displaced = chain.replaceProcessor(with: processor)

        case .addTrack(let track): admit(tracks.append(track))
        case .removeTrack(let track):
            guard tracks.remove(track) else { return }
            track.fallSilent()
        case .setTrackEnabled(let track, let isEnabled): track.isEnabled = isEnabled

        case .addMix(let mix): admit(mixes.append(mix))
        case .removeMix(let mix):
            guard mixes.remove(mix) else { return }
            command.displaced = mix.leave()
        case .setMix(let mix, let state): command.displaced = mix.want(state)
        case .tuneTone(let voice, let frequency, let end): voice.tune(frequency: frequency, end: end)
        case .tuneSound(let voice, let loop, let end): voice.tune(loop: loop, end: end)

        case .addSender(let sender): admit(senders.append(sender))
        case .removeSender(let sender): _ = senders.remove(sender)
        case .setSenderTrack(let sender, let track): command.displaced = sender.replaceTrack(with: track)
        case .setEncoder(let sender, let encoder): command.displaced = sender.replaceEncoder(with: encoder)
        case .tuneEncoder(let sender, let tuning): sender.tune(tuning)
        case .setSending(let sender, let isSending): sender.setSending(isSending)
        case .sendTones(let sender, let request): sender.sendTones(request)

        case .addReceiver(let receiver): admit(receivers.append(receiver))
        case .removeReceiver(let receiver):
            guard receivers.remove(receiver) else { return }
            receiver.fallSilent()
        case .setReceiverEnabled(let receiver, let isEnabled): receiver.isEnabled = isEnabled

        case .setPlayback(let playback, let state):
            if playbacks.index(of: playback) == nil { admit(playbacks.append(playback)) }
            command.displaced = playback.want(state)
        case .removePlayback(let playback):
            guard playbacks.index(of: playback) != nil else { return }
            command.displaced = playback.leave()
        }
    }

    private func admit(_ isAdmitted: Bool) {
        if !isAdmitted { refusals += 1 }
    }
}

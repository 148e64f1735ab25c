import AudioCore
import AudioPipeline
import Primitives

/// A loudspeaker of the machine.
///
/// `@unchecked Sendable`: made by device control, then the mutable members are touched by the audio thread only; the device itself is
/// handed to and fro by `ALSAPort`.
final class ALSAPlaybackSink: PlaybackSink, DevicePort, @unchecked Sendable {
    /// Ticks in which a full device takes nothing, after which it counts as dead: five seconds.
    private static let patience = 500

    private let port: ALSAPort
    private let bridge: PlaybackBridge
    private let live: LatestValue<DeviceStatistics>
    private var current: DeviceStatistics
    private let block: UnsafeMutableBufferPointer<Float>
    private var stuckTicks = 0

    init(pcm: ALSAPCM, record: DeviceRecord, control: WakePipe) {
        port = ALSAPort(pcm: pcm, lead: PlaybackBridge.lead(deviceRate: pcm.sampleRate), control: control)
        bridge = PlaybackBridge(deviceRate: pcm.sampleRate)
        live = record.live
        current = record.initial
        current.describe(pcm)
        block = .allocate(capacity: pcm.bufferSize)
    }

    deinit { block.deallocate() }

    // MARK: Audio thread

    var delay: Duration { .seconds(fraction: current.delay) }

    func write(_ frame: borrowing AudioFrame) {
        if let pcm = port.pcmForAudio {
            writeDevice(pcm, frame)
        } else {
            // What waits would be late when the device is back.
            bridge.restart()
        }
        current.clock = bridge.statistics
        live.publish(current)
    }

    private func writeDevice(_ pcm: ALSAPCM, _ frame: borrowing AudioFrame) {
        let queued = pcm.queued()
        guard queued >= 0 else { return fail(queued) }
        bridge.push(frame, queued: queued)
        current.delay = Double(queued + bridge.waiting) / Double(pcm.sampleRate)
        var room = pcm.bufferSize - queued
        var hasMoved = false
        while room > 0 {
            let count = bridge.take(into: UnsafeMutableBufferPointer(rebasing: block[0..<min(room, block.count)]))
            guard count > 0 else { break }
            let written = pcm.write(UnsafeBufferPointer(rebasing: block[0..<count]))
            guard written >= 0 else { return fail(written) }
            hasMoved = hasMoved || written > 0
            // A device that takes less than it said it had room for drops the rest; it has room at the next tick.
            if written < count {
                current.lost += count - written
                break
            }
            room -= written
        }
        stuckTicks = hasMoved ? 0 : stuckTicks + 1
        if stuckTicks > Self.patience {
            stuckTicks = 0
            port.fail(ALSAPort.stoodStill)
        }
    }

    private func fail(_ code: Int) {
        current.overruns += ALSAPort.isOverrun(code) ? 1 : 0
        port.fail(code)
    }

    // MARK: Device-control thread

    func begin() throws(AudioDeviceError) { try port.begin() }
    func takeFault() -> DeviceFault? { port.takeFault() }
    func recover() -> Bool { port.recover() }
    func service() {}
    func close() { port.close() }
}

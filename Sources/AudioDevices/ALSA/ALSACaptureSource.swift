import AudioCore
import AudioPipeline
import Primitives

/// A microphone of the machine.
///
/// `@unchecked Sendable`: made by device control, then the mutable members are touched by the audio thread only; the device itself is
/// handed to and fro by `ALSAPort`.
final class ALSACaptureSource: CaptureSource, DevicePort, @unchecked Sendable {
    /// Ticks without a sample after which the device counts as dead: five seconds. A sound server may take two to start a source.
    private static let patience = 500

    private let port: ALSAPort
    private let bridge: CaptureBridge
    private let live: LatestValue<DeviceStatistics>
    private var current: DeviceStatistics
    private let block: UnsafeMutableBufferPointer<Float>
    private var emptyTicks = 0

    init(pcm: ALSAPCM, record: DeviceRecord, control: WakePipe) {
        port = ALSAPort(pcm: pcm, lead: 0, control: control)
        bridge = CaptureBridge(deviceRate: pcm.sampleRate)
        live = record.live
        current = record.initial
        current.describe(pcm)
        block = .allocate(capacity: pcm.bufferSize)
    }

    deinit { block.deallocate() }

    // MARK: Audio thread

    var delay: Duration { .seconds(fraction: Double(bridge.fill) / Double(AudioFrame.sampleRate)) }

    func read(into frame: borrowing AudioFrame) -> Bool {
        if let pcm = port.pcmForAudio { readDevice(pcm) }
        let isFilled = bridge.pull(into: frame)
        current.clock = bridge.statistics
        current.delay = delay.seconds
        live.publish(current)
        return isFilled
    }

    private func readDevice(_ pcm: ALSAPCM) {
        while true {
            let count = pcm.read(into: block)
            if count > 0 {
                emptyTicks = 0
                bridge.push(UnsafeBufferPointer(rebasing: block[0..<count]))
                if count < block.count { return }
            } else if count == 0 {
                emptyTicks += 1
                if emptyTicks > Self.patience {
                    emptyTicks = 0
                    port.fail(ALSAPort.stoodStill)
                }
                return
            } else {
                current.overruns += ALSAPort.isOverrun(count) ? 1 : 0
                port.fail(count)
                return
            }
        }
    }

    // MARK: Device-control thread

    func begin() throws(AudioDeviceError) { try port.begin() }
    func takeFault() -> DeviceFault? { port.takeFault() }
    func recover() -> Bool { port.recover() }
    func service() {}
    func close() { port.close() }
}

extension DeviceStatistics {
    /// What was negotiated.
    mutating func describe(_ pcm: ALSAPCM) {
        sampleRate = pcm.sampleRate
        channels = pcm.channels
        sampleBits = pcm.encoding.bits
        periodSize = pcm.periodSize
        bufferSize = pcm.bufferSize
    }
}

import AudioCore
import CALSA
import Glibc

/// An opened ALSA device: set up for little delay, non-blocking, one channel of floats to us whatever it is to the device.
///
/// Opening, starting and closing block (sound servers are asked) and belong to the device-control thread; `read` and `write` do not
/// and belong to the audio thread. One thread at a time: see `ALSAPort` for the handing over.
final class ALSAPCM {
    enum Direction: Sendable, Hashable {
        case capture
        case playback
    }

    /// Periods in a second: half a tick, so that a microphone's samples do not wait for a whole one to be full…
    private static let periodsInSecond = 200
    /// …and many of them fit, since it is how full a buffer is, not how large, that makes sound late.
    private static let periodsInBuffer = 16
    private static let preferredRate = AudioFrame.sampleRate

    let name: String
    let encoding: SampleEncoding
    let channels: Int
    let sampleRate: Int
    let periodSize: Int
    let bufferSize: Int
    private let handle: OpaquePointer
    private let direction: Direction
    /// Room for a buffer as the device encodes it.
    private let raw: UnsafeMutableRawPointer

    /// Opens a device by its ALSA name and negotiates; does not start it.
    init(opening name: String, _ direction: Direction) throws(AudioDeviceError) {
        var handle: OpaquePointer?
        let stream = direction == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK
        let code = snd_pcm_open(&handle, name, stream, SND_PCM_NONBLOCK)
        guard code >= 0, let handle else { throw ALSAError.opening(name, "opened", code) }
        do {
            let terms = try Self.negotiate(handle, name, direction)
            self.name = name
            self.direction = direction
            self.handle = handle
            encoding = terms.encoding
            channels = terms.channels
            sampleRate = terms.sampleRate
            periodSize = terms.periodSize
            bufferSize = terms.bufferSize
            raw = .allocate(byteCount: terms.bufferSize * terms.channels * terms.encoding.byteCount, alignment: 16)
        } catch {
            snd_pcm_close(handle)
            throw error
        }
    }

    deinit {
        snd_pcm_close(handle)
        raw.deallocate()
    }

    // MARK: Device-control thread

    /// Makes the device ready and sets it going; a player with so many frames of silence ahead. Also after an overrun.
    ///
    /// - Returns: 0, or the library's negative error.
    func start(silence: Int) -> Int32 {
        var code = resumeIfSuspended()
        if code < 0 { return code }
        _ = snd_pcm_drop(handle)
        code = snd_pcm_prepare(handle)
        if code < 0 { return code }
        if direction == .playback {
            memset(raw, 0, min(silence, bufferSize) * channels * encoding.byteCount)
            let written = snd_pcm_writei(handle, raw, snd_pcm_uframes_t(min(silence, bufferSize)))
            if written < 0 { return Int32(written) }
        }
        code = snd_pcm_start(handle)
        // Writing may have started it already.
        return code == -EBADFD && snd_pcm_state(handle) == SND_PCM_STATE_RUNNING ? 0 : code
    }

    private func resumeIfSuspended() -> Int32 {
        guard snd_pcm_state(handle) == SND_PCM_STATE_SUSPENDED else { return 0 }
        for _ in 0..<50 {
            let code = snd_pcm_resume(handle)
            if code != -EAGAIN { break }
            // The machine is still waking up; only the device-control thread waits for it.
            usleep(20_000)
        }
        return 0
    }

    // MARK: Audio thread

    /// Frames that wait in the device's buffer (played: not yet played; recorded: not yet read), or a negative error.
    func queued() -> Int {
        let available = Int(snd_pcm_avail_update(handle))
        if available < 0 { return available }
        return direction == .playback ? max(0, bufferSize - available) : available
    }

    /// Reads what has been recorded, up to the target's size: frames read, 0 for none yet, or a negative error.
    func read(into target: UnsafeMutableBufferPointer<Float>) -> Int {
        guard let base = target.baseAddress else { return 0 }
        let count = Int(snd_pcm_readi(handle, raw, snd_pcm_uframes_t(min(target.count, bufferSize))))
        if count == -Int(EAGAIN) { return 0 }
        if count > 0 { encoding.decode(raw, frames: count, channels: channels, into: base) }
        return count
    }

    /// Writes as much as the device takes now: frames written, 0 for none, or a negative error.
    func write(_ source: UnsafeBufferPointer<Float>) -> Int {
        guard let base = source.baseAddress else { return 0 }
        let frames = min(source.count, bufferSize)
        encoding.encode(base, frames: frames, channels: channels, into: raw)
        let count = Int(snd_pcm_writei(handle, raw, snd_pcm_uframes_t(frames)))
        return count == -Int(EAGAIN) ? 0 : count
    }

    // MARK: Negotiation

    private struct Terms {
        var encoding = SampleEncoding.signed16
        var channels = 1
        var sampleRate = 0
        var periodSize = 0
        var bufferSize = 0
    }

    private static func negotiate(_ handle: OpaquePointer, _ name: String, _ direction: Direction) throws(AudioDeviceError) -> Terms {
        var hardware: OpaquePointer?
        var software: OpaquePointer?
        guard snd_pcm_hw_params_malloc(&hardware) == 0, snd_pcm_sw_params_malloc(&software) == 0, let hardware, let software else {
            throw AudioDeviceError(.notReadable, "no memory to set up “\(name)”")
        }
        defer {
            snd_pcm_hw_params_free(hardware)
            snd_pcm_sw_params_free(software)
        }
        func check(_ step: String, _ code: Int32) throws(AudioDeviceError) {
            if code < 0 { throw ALSAError.opening(name, step, code) }
        }
        var terms = Terms()
        try check("set up", snd_pcm_hw_params_any(handle, hardware))
        try check("read frame by frame", snd_pcm_hw_params_set_access(handle, hardware, SND_PCM_ACCESS_RW_INTERLEAVED))
        // Where the hardware's rate differs, our resampler (which follows the clock as well) does it in one go.
        _ = snd_pcm_hw_params_set_rate_resample(handle, hardware, 0)

        let isOffered = { (encoding: SampleEncoding) in snd_pcm_hw_params_test_format(handle, hardware, encoding.format) == 0 }
        guard let encoding = SampleEncoding.allCases.first(where: isOffered) else {
            throw AudioDeviceError(.notReadable, "“\(name)” speaks neither 16-bit, 32-bit nor float samples")
        }
        try check("given samples", snd_pcm_hw_params_set_format(handle, hardware, encoding.format))
        terms.encoding = encoding

        guard let channels = [1, 2].first(where: { snd_pcm_hw_params_test_channels(handle, hardware, UInt32($0)) == 0 }) else {
            throw AudioDeviceError(.notReadable, "“\(name)” has neither one channel nor two")
        }
        try check("given channels", snd_pcm_hw_params_set_channels(handle, hardware, UInt32(channels)))
        terms.channels = channels

        var rate = UInt32(preferredRate)
        try check("given a rate", snd_pcm_hw_params_set_rate_near(handle, hardware, &rate, nil))
        terms.sampleRate = Int(rate)

        var period = snd_pcm_uframes_t(Int(rate) / periodsInSecond)
        try check("given a period", snd_pcm_hw_params_set_period_size_near(handle, hardware, &period, nil))
        var buffer = period * snd_pcm_uframes_t(periodsInBuffer)
        try check("given a buffer", snd_pcm_hw_params_set_buffer_size_near(handle, hardware, &buffer))
        try check("set up", snd_pcm_hw_params(handle, hardware))
        _ = snd_pcm_hw_params_get_period_size(hardware, &period, nil)
        _ = snd_pcm_hw_params_get_buffer_size(hardware, &buffer)
        terms.periodSize = Int(period)
        terms.bufferSize = Int(buffer)
        guard buffer >= period * 2 else { throw AudioDeviceError(.notReadable, "“\(name)” has room for less than two periods") }

        try check("set up", snd_pcm_sw_params_current(handle, software))
        // A microphone is started by `start` alone. A player is by what is written first; PulseAudio's plugin makes of this number what the server
        // gathers before it goes on after it ran dry, in silence, and our buffer is never as full as the whole.
        var threshold = period
        if direction == .capture { try check("set up", snd_pcm_sw_params_get_boundary(software, &threshold)) }
        try check("set up", snd_pcm_sw_params_set_start_threshold(handle, software, threshold))
        try check("set up", snd_pcm_sw_params_set_avail_min(handle, software, period))
        try check("set up", snd_pcm_sw_params(handle, software))
        return terms
    }
}

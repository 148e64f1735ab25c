import AudioCodecs
import Primitives

/// Gives packets of streams that come and go, and of numbers that wrap, their places on one line that never does.
///
/// Where a stream begins anew (another source, or numbers that have nothing to do with the former), it goes on where the former one ended, in
/// the next epoch; another codec of the same source goes on in the same epoch.
struct StreamTimeline {
    struct Place {
        /// Consecutive within an epoch.
        var sequence: Int64
        /// Of the first sample, in samples of 48 kHz.
        var start: Int64
        /// Which stream it belongs to, counted from 0.
        var epoch: Int
    }

    /// A step of the sender's clock against ours, or a packet out of its order, by more than this begins the stream anew.
    private static let largestShift = Duration.seconds(2)
    private static let largestMisorder: Int64 = 100
    /// RFC 3550 A.1, MAX_DROPOUT.
    private static let largestDropout: Int64 = 3_000
    /// How long stragglers of a source that has been replaced are told from its return.
    private static let stragglerTime = Duration.milliseconds(500)
    /// Numbers left free between epochs, for packets of the new one that were sent before the first that came.
    private static let sequencesBetween: Int64 = 64

    /// The packet with the highest number so far.
    private struct Newest {
        var ssrc: UInt32
        var codec: AudioCodec
        var place: Place
        var timestamp: UInt32
        var sampleCount: Int
        var arrival: Instant
    }
    private var newest: Newest?
    /// The highest number so far, of sound or without: pauses may last for more packets than any disorder.
    private var latest = Int64.min
    private var replaced: (ssrc: UInt32, at: Instant)?

    /// The place of a packet of speech; `nil` for what belongs to a stream that has been replaced.
    mutating func place(_ packet: PlayoutPacket, codec: AudioCodec, sampleCount: Int) -> Place? {
        guard let newest else {
            return begin(with: packet, codec: codec, sampleCount: sampleCount, at: Place(sequence: 1 << 32, start: 1 << 40, epoch: 0))
        }
        if packet.ssrc != newest.ssrc {
            if let replaced, replaced.ssrc == packet.ssrc, packet.arrival - replaced.at < Self.stragglerTime { return nil }
            replaced = (newest.ssrc, packet.arrival)
            return beginEpoch(with: packet, codec: codec, sampleCount: sampleCount, after: newest)
        }
        let step = Self.step(from: newest.place.sequence, to: packet.sequenceNumber)
        if codec != newest.codec {
            guard step > 0 else { return nil }
            guard step <= Self.largestMisorder else { return beginEpoch(with: packet, codec: codec, sampleCount: sampleCount, after: newest) }
            // RFC 7160 §3.2: clocks of different rates cannot be compared. What lies between is taken to be as long as this packet.
            let start = newest.place.start + Int64(newest.sampleCount) + (step - 1) * Int64(sampleCount)
            let place = Place(sequence: newest.place.sequence + step, start: start, epoch: newest.place.epoch)
            return begin(with: packet, codec: codec, sampleCount: sampleCount, at: place)
        }
        let ticks = Int64(Int32(bitPattern: packet.timestamp &- newest.timestamp))
        let place = Place(
            sequence: newest.place.sequence + step, start: newest.place.start + ticks * Int64(48_000 / codec.clockRate),
            epoch: newest.place.epoch)
        if step <= 0 {
            if step < -Self.largestMisorder { return beginEpoch(with: packet, codec: codec, sampleCount: sampleCount, after: newest) }
            return place.start > newest.place.start ? nil : place
        }
        // A pause makes timestamps and clock go on together, however long it is; what does not fit the clock is a new beginning.
        let shift = (packet.arrival - newest.arrival).seconds - Double(place.start - newest.place.start) / 48_000
        guard step <= Self.largestDropout, abs(shift) < Self.largestShift.seconds else {
            return beginEpoch(with: packet, codec: codec, sampleCount: sampleCount, after: newest)
        }
        latest = max(latest, place.sequence)
        self.newest?.place = place
        self.newest?.timestamp = packet.timestamp
        self.newest?.sampleCount = sampleCount
        self.newest?.arrival = packet.arrival
        return place
    }

    /// The number of a packet that has no sound; `nil` where it belongs to no stream that is known, or is far from it.
    mutating func sequence(ofSilent packet: PlayoutPacket) -> Int64? {
        guard let newest, packet.ssrc == newest.ssrc else { return nil }
        let step = Self.step(from: latest, to: packet.sequenceNumber)
        guard abs(step) <= Self.largestMisorder else { return nil }
        let sequence = latest + step
        latest = max(latest, sequence)
        return sequence
    }

    private mutating func beginEpoch(with packet: PlayoutPacket, codec: AudioCodec, sampleCount: Int, after old: Newest) -> Place {
        // The low bits of a number are always those of the packet's own.
        let least = old.place.sequence + Self.sequencesBetween
        let sequence = least + Int64(packet.sequenceNumber &- UInt16(truncatingIfNeeded: least))
        let place = Place(sequence: sequence, start: old.place.start + Int64(old.sampleCount), epoch: old.place.epoch + 1)
        return begin(with: packet, codec: codec, sampleCount: sampleCount, at: place)
    }

    private mutating func begin(with packet: PlayoutPacket, codec: AudioCodec, sampleCount: Int, at suggested: Place) -> Place {
        var place = suggested
        if newest == nil { place.sequence += Int64(packet.sequenceNumber) }
        latest = place.sequence
        newest = Newest(
            ssrc: packet.ssrc, codec: codec, place: place, timestamp: packet.timestamp, sampleCount: sampleCount, arrival: packet.arrival)
        return place
    }

    private static func step(from sequence: Int64, to number: UInt16) -> Int64 {
        Int64(Int16(bitPattern: number &- UInt16(truncatingIfNeeded: sequence)))
    }
}

// libwebrtc's own jitter buffer over a packet trace in virtual time: what Chromium plays, without Chromium's threads or this machine's load.
//
//     neteq TRACE WAV [SECONDS [PHASE_MS]]
//
// Links what Debian packages as libtgowt-dev (libwebrtc of January 2023), set as Chromium's receive stream sets it. Prints its figures as JSON,
// in the names of webrtc-stats. Only for measuring: nothing of it goes into the product.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "api/audio/audio_frame.h"
#include "api/audio_codecs/audio_decoder_factory_template.h"
#include "api/audio_codecs/g711/audio_decoder_g711.h"
#include "api/audio_codecs/opus/audio_decoder_opus.h"
#include "api/neteq/neteq.h"
#include "api/rtp_headers.h"
#include "modules/audio_coding/neteq/default_neteq_factory.h"
#include "rtc_base/logging.h"
#include "system_wrappers/include/clock.h"

namespace {

struct Arrival {
    int64_t nanoseconds;
    webrtc::RTPHeader header;
    std::vector<uint8_t> payload;
};

uint32_t big(const uint8_t *bytes, int count) {
    uint32_t value = 0;
    for (int index = 0; index < count; ++index) value = value << 8 | bytes[index];
    return value;
}

bool parse(const uint8_t *bytes, size_t count, Arrival &arrival) {
    if (count < 12 || bytes[0] >> 6 != 2) return false;
    size_t position = 12 + 4 * (bytes[0] & 15);
    if (bytes[0] & 16) {
        if (count < position + 4) return false;
        position += 4 + 4 * big(bytes + position + 2, 2);
    }
    size_t end = count;
    if (bytes[0] & 32) end -= bytes[count - 1];
    if (position > end || end > count) return false;
    arrival.header.markerBit = bytes[1] >> 7;
    arrival.header.payloadType = bytes[1] & 127;
    arrival.header.sequenceNumber = big(bytes + 2, 2);
    arrival.header.timestamp = big(bytes + 4, 4);
    arrival.header.ssrc = big(bytes + 8, 4);
    arrival.header.numCSRCs = 0;
    arrival.payload.assign(bytes + position, bytes + end);
    return true;
}

std::vector<Arrival> read(const char *path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    std::vector<Arrival> arrivals;
    for (size_t position = 0; position + 10 <= bytes.size();) {
        Arrival arrival;
        std::memcpy(&arrival.nanoseconds, &bytes[position], 8);
        size_t length = bytes[position + 8] | bytes[position + 9] << 8;
        position += 10;
        if (position + length > bytes.size()) break;
        if (parse(&bytes[position], length, arrival)) arrivals.push_back(std::move(arrival));
        position += length;
    }
    return arrivals;
}

void write(const char *path, const std::vector<int16_t> &samples) {
    std::ofstream file(path, std::ios::binary);
    auto number = [&](uint32_t value, int count) {
        for (int index = 0; index < count; ++index) file.put(char(value >> 8 * index));
    };
    file << "RIFF";
    number(36 + samples.size() * 2, 4);
    file << "WAVEfmt ";
    number(16, 4), number(1, 2), number(1, 2), number(48000, 4), number(96000, 4), number(2, 2), number(16, 2);
    file << "data";
    number(samples.size() * 2, 4);
    file.write(reinterpret_cast<const char *>(samples.data()), samples.size() * 2);
}

/// Puts what is missing between the samples of lower rates there: a windowed sinc, 24 of their samples either way.
std::vector<int16_t> interpolated(const std::vector<float> &sparse, const std::vector<int> &ratios) {
    std::vector<float> all(sparse.size(), 0);
    for (size_t tick = 0; tick < ratios.size(); ++tick) {
        const int ratio = ratios[tick], reach = ratio == 1 ? 0 : 24 * ratio;
        std::vector<float> response(reach + 1, 1);
        for (int distance = 1; distance <= reach; ++distance) {
            const double place = M_PI * distance / ratio;
            response[distance] = std::sin(place) / place * (0.5 + 0.5 * std::cos(M_PI * distance / (reach + 1)));
        }
        for (size_t index = tick * 480; index < tick * 480 + 480; index += ratio) {
            if (sparse[index] == 0) continue;
            for (int distance = -reach; distance <= reach; ++distance) {
                const ptrdiff_t target = ptrdiff_t(index) + distance;
                if (target >= 0 && target < ptrdiff_t(all.size())) all[target] += sparse[index] * response[std::abs(distance)];
            }
        }
    }
    std::vector<int16_t> samples(all.size());
    for (size_t index = 0; index < all.size(); ++index) samples[index] = std::max(-32768.0f, std::min(32767.0f, std::round(all[index])));
    return samples;
}

void print(webrtc::NetEq &neteq, double time, int64_t received) {
    auto all = neteq.GetLifetimeStatistics();
    // It counts in samples of the stream's own rate.
    const int scale = neteq.last_output_sample_rate_hz() > 0 ? 48000 / neteq.last_output_sample_rate_hz() : 1;
    for (auto *counted : {&all.concealed_samples, &all.silent_concealed_samples, &all.inserted_samples_for_deceleration,
                          &all.removed_samples_for_acceleration, &all.jitter_buffer_emitted_count, &all.jitter_buffer_delay_ms,
                          &all.jitter_buffer_target_delay_ms})
        *counted *= scale;
    std::printf(
        "\"time\":%.3f,\"target\":%d,\"jitterBufferDelay\":%.3f,\"jitterBufferEmittedCount\":%llu,"
        "\"jitterBufferTargetDelay\":%.3f,\"totalSamplesReceived\":%lld,\"concealedSamples\":%llu,\"silentConcealedSamples\":%llu,"
        "\"concealmentEvents\":%llu,\"insertedSamplesForDeceleration\":%llu,\"removedSamplesForAcceleration\":%llu",
        time, neteq.TargetDelayMs(), all.jitter_buffer_delay_ms / 1000.0,
        (unsigned long long)all.jitter_buffer_emitted_count, all.jitter_buffer_target_delay_ms / 1000.0, (long long)received,
        (unsigned long long)all.concealed_samples, (unsigned long long)all.silent_concealed_samples,
        (unsigned long long)all.concealment_events, (unsigned long long)all.inserted_samples_for_deceleration,
        (unsigned long long)all.removed_samples_for_acceleration);
}

}  // namespace

int main(int count, char **words) {
    if (count < 3) {
        std::fprintf(stderr, "neteq TRACE WAV [SECONDS [PHASE_MS]]\n");
        return 64;
    }
    rtc::LogMessage::LogToDebug(rtc::LS_NONE);
    const auto arrivals = read(words[1]);
    const double seconds = count > 3 ? std::atof(words[3]) : (arrivals.empty() ? 0 : arrivals.back().nanoseconds / 1e9 + 0.2);
    const int64_t phase = (count > 4 ? std::atof(words[4]) : 3.7) * 1e6;

    webrtc::SimulatedClock clock(0);
    webrtc::NetEq::Config config;
    // As webrtc::AudioReceiveStream has it.
    config.enable_muted_state = true;
    auto neteq = webrtc::DefaultNetEqFactory().CreateNetEq(config, webrtc::CreateAudioDecoderFactory<webrtc::AudioDecoderOpus, webrtc::AudioDecoderG711>(), &clock);
    neteq->RegisterPayloadType(111, webrtc::SdpAudioFormat("opus", 48000, 2, {{"useinbandfec", "1"}, {"minptime", "10"}}));
    neteq->RegisterPayloadType(0, webrtc::SdpAudioFormat("PCMU", 8000, 1));
    neteq->RegisterPayloadType(8, webrtc::SdpAudioFormat("PCMA", 8000, 1));
    neteq->RegisterPayloadType(63, webrtc::SdpAudioFormat("red", 48000, 2, {{"", "111/111"}}));
    neteq->RegisterPayloadType(13, webrtc::SdpAudioFormat("CN", 8000, 1));

    std::vector<float> heard;
    std::vector<int> ratios;
    webrtc::AudioFrame frame;
    size_t next = 0;
    int64_t received = 0, tick = 0;
    std::printf("{\"seconds\":[");
    for (; (tick * 10'000'000 + phase) / 1e9 < seconds; ++tick) {
        const int64_t now = tick * 10'000'000 + phase;
        while (next < arrivals.size() && arrivals[next].nanoseconds <= now) {
            const auto &arrival = arrivals[next++];
            clock.AdvanceTimeMicroseconds(arrival.nanoseconds / 1000 - clock.TimeInMicroseconds());
            neteq->InsertPacket(arrival.header, arrival.payload);
        }
        clock.AdvanceTimeMicroseconds(now / 1000 - clock.TimeInMicroseconds());
        bool muted = false;
        const int status = neteq->GetAudio(&frame, &muted);
        const int rate = neteq->last_output_sample_rate_hz();
        // Rates divide 48 kHz. Between their samples there is nothing yet.
        const int ratio = status == 0 && rate > 0 ? 48000 / rate : 1;
        ratios.push_back(ratio);
        for (int index = 0; index < 480; ++index) {
            const bool isSample = status == 0 && !muted && !frame.muted() && index % ratio == 0;
            heard.push_back(isSample ? frame.data()[index / ratio * frame.num_channels_] : 0);
        }
        if (next > 0) received += 480;
        if (tick % 100 == 99) {
            std::printf(tick > 100 ? ",{" : "{");
            print(*neteq, now / 1e9, received);
            std::printf("}");
        }
    }
    std::printf("],");
    print(*neteq, tick / 100.0, received);
    std::printf(",\"phase\":%.6f}\n", phase / 1e9);
    write(words[2], interpolated(heard, ratios));
    return 0;
}

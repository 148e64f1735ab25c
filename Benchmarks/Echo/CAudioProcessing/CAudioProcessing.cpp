#include "CAudioProcessing.h"

#include <webrtc/modules/audio_processing/include/audio_processing.h>

#include <cstring>
#include <memory>
#include <new>

using namespace webrtc;

namespace {
constexpr int sample_rate = 48000;
constexpr size_t sample_count = 480;
}

struct nearend_apm {
    std::unique_ptr<AudioProcessing> module;
    float scratch[sample_count];
};

nearend_apm *nearend_apm_make(void) {
    auto processor = std::unique_ptr<nearend_apm>(new (std::nothrow) nearend_apm);
    if (!processor) return nullptr;
    Config config;
    // Survives a clock that drifts and a delay that nobody tells or that jumps.
    config.Set<ExtendedFilter>(new ExtendedFilter(true));
    config.Set<DelayAgnostic>(new DelayAgnostic(true));
    processor->module.reset(AudioProcessing::Create(config));
    if (!processor->module) return nullptr;
    auto &module = *processor->module;
    const StreamConfig stream(sample_rate, 1);
    ProcessingConfig formats;
    for (auto &each : formats.streams) each = stream;
    if (module.Initialize(formats) != AudioProcessing::kNoError) return nullptr;
    // Low suppression spares the near end in double talk better than the others.
    module.echo_cancellation()->set_suppression_level(EchoCancellation::kLowSuppression);
    module.echo_cancellation()->enable_drift_compensation(false);
    module.echo_cancellation()->enable_metrics(true);
    module.gain_control()->set_mode(GainControl::kAdaptiveDigital);
    module.gain_control()->set_target_level_dbfs(3);
    module.gain_control()->set_compression_gain_db(9);
    module.gain_control()->enable_limiter(true);
    // The gain control allocates with the first frames that it sees; that shall not be on the audio thread.
    float silence[sample_count] = {};
    float *channels[] = {silence};
    module.gain_control()->Enable(true);
    for (int frame = 0; frame < 10; frame++) {
        module.set_stream_delay_ms(0);
        if (module.ProcessStream(channels, stream, stream, channels) != AudioProcessing::kNoError) return nullptr;
    }
    module.gain_control()->Enable(false);
    return processor.release();
}

void nearend_apm_free(nearend_apm *processor) { delete processor; }

void nearend_apm_configure(nearend_apm *processor, int echo_cancellation, int noise_suppression, int gain_control) {
    auto &module = *processor->module;
    module.echo_cancellation()->Enable(echo_cancellation != 0);
    module.noise_suppression()->Enable(noise_suppression != 0);
    if (noise_suppression > 0) module.noise_suppression()->set_level(static_cast<NoiseSuppression::Level>(noise_suppression - 1));
    module.gain_control()->Enable(gain_control != 0);
    module.high_pass_filter()->Enable(echo_cancellation != 0 || noise_suppression != 0 || gain_control != 0);
}

int nearend_apm_analyze_playback(nearend_apm *processor, const float *samples) {
    std::memcpy(processor->scratch, samples, sizeof processor->scratch);
    float *channels[] = {processor->scratch};
    const StreamConfig stream(sample_rate, 1);
    return processor->module->ProcessReverseStream(channels, stream, stream, channels);
}

int nearend_apm_process_capture(nearend_apm *processor, float *samples, int delay_ms) {
    processor->module->set_stream_delay_ms(delay_ms);
    float *channels[] = {samples};
    const StreamConfig stream(sample_rate, 1);
    return processor->module->ProcessStream(channels, stream, stream, channels);
}

nearend_apm_echo nearend_apm_echo_metrics(nearend_apm *processor) {
    nearend_apm_echo result = {-1, -1, 0};
    auto *canceller = processor->module->echo_cancellation();
    EchoCancellation::Metrics metrics;
    if (canceller->is_enabled() && canceller->GetMetrics(&metrics) == AudioProcessing::kNoError) {
        result.echo_return_loss = static_cast<float>(metrics.echo_return_loss.instant);
        result.echo_return_loss_enhancement = static_cast<float>(metrics.echo_return_loss_enhancement.instant);
        result.has_echo = canceller->stream_has_echo();
    }
    return result;
}

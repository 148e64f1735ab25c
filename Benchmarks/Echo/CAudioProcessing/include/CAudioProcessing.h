// libwebrtc's audio processing module (0.3, as Debian packages it) in C, since its C++ interface is one of virtual functions.
//
// One channel at 48 kHz, 480 samples a call, floats in -1...1. A processor is used by one thread at a time; only nearend_apm_make and
// nearend_apm_free allocate.
#ifndef NEAREND_CAUDIOPROCESSING_H
#define NEAREND_CAUDIOPROCESSING_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct nearend_apm nearend_apm;

/// What is known about the echo; negative where nothing is known yet.
typedef struct {
    /// How much quieter the echo comes back than it was played, in decibels.
    float echo_return_loss;
    /// How much of it is taken out beyond that.
    float echo_return_loss_enhancement;
    /// Whether the last frame held an echo.
    int has_echo;
} nearend_apm_echo;

/// NULL where memory is short.
nearend_apm *nearend_apm_make(void);
void nearend_apm_free(nearend_apm *processor);

/// Switches the stages. Zero is off; noise suppression goes from 1, the mildest, to 4.
void nearend_apm_configure(nearend_apm *processor, int echo_cancellation, int noise_suppression, int gain_control);

/// Takes note of what is being played; leaves it as it is. Zero on success.
int nearend_apm_analyze_playback(nearend_apm *processor, const float *samples);

/// Processes what was recorded, in place. `delay_ms` is the time from the playback's analysis to its echo, as far as is known. Zero on success.
int nearend_apm_process_capture(nearend_apm *processor, float *samples, int delay_ms);

nearend_apm_echo nearend_apm_echo_metrics(nearend_apm *processor);

#ifdef __cplusplus
}
#endif

#endif

// The Opus library, and what of it Swift cannot call: its controls are variadic.
#ifndef NEAREND_COPUS_SHIM_H
#define NEAREND_COPUS_SHIM_H

#include <opus.h>

static inline int nearend_opus_encoder_set(OpusEncoder *encoder, int request, opus_int32 value) {
    return opus_encoder_ctl(encoder, request, value);
}

/// Whether the encoder is in discontinuous transmission and has nothing to say.
static inline int nearend_opus_encoder_in_dtx(OpusEncoder *encoder) {
    opus_int32 value = 0;
    return opus_encoder_ctl(encoder, OPUS_GET_IN_DTX(&value)) == OPUS_OK && value != 0;
}

static inline int nearend_opus_decoder_reset(OpusDecoder *decoder) { return opus_decoder_ctl(decoder, OPUS_RESET_STATE); }

#endif

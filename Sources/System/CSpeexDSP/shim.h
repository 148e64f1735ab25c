// The resampler of the Speex DSP library.
#ifndef NEAREND_CSPEEXDSP_SHIM_H
#define NEAREND_CSPEEXDSP_SHIM_H

#include <speex/speex_resampler.h>

#endif

// zlib, and what of it Swift cannot call: its initialisers are macros.
#ifndef NEAREND_CZLIB_SHIM_H
#define NEAREND_CZLIB_SHIM_H

#include <zlib.h>

/// Raw DEFLATE (RFC 1951). Small windows: messages resemble the last few, and there is a stream for each session.
static inline int nearend_deflate_init(z_stream *stream) {
    return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -13, 6, Z_DEFAULT_STRATEGY);
}
static inline int nearend_inflate_init(z_stream *stream) { return inflateInit2(stream, -13); }

#endif

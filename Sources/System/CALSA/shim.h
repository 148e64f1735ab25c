// The ALSA library, and what of it Swift cannot call: its error handler is variadic.
#ifndef NEAREND_CALSA_SHIM_H
#define NEAREND_CALSA_SHIM_H

#include <alsa/asoundlib.h>
#include <stdarg.h>
#include <stdio.h>

/// Takes a complaint of the library as one line of text, on whatever thread the library was called.
typedef void (*nearend_alsa_complaint)(const char *message);

/// Where the receiver is kept. (A static variable of the header itself would not be emitted by Swift's importer.)
static inline nearend_alsa_complaint *nearend_alsa_receiver(void) {
    static nearend_alsa_complaint receiver;
    return &receiver;
}

static inline void nearend_alsa_complain(const char *file, int line, const char *function, int code, const char *format, ...) {
    (void)file;
    (void)line;
    char message[512];
    int length = snprintf(message, sizeof message, "%s: ", function ? function : "alsa");
    if (length < 0 || length >= (int)sizeof message) length = 0;
    va_list arguments;
    va_start(arguments, format);
    int more = vsnprintf(message + length, sizeof message - (size_t)length, format, arguments);
    va_end(arguments);
    if (code && more >= 0 && length + more < (int)sizeof message) {
        length += more;
        snprintf(message + length, sizeof message - (size_t)length, ": %s", snd_strerror(code));
    }
    nearend_alsa_complaint receiver = *nearend_alsa_receiver();
    if (receiver) receiver(message);
}

/// Sends the library's complaints to `receiver` instead of stderr. Called from one source file only: each has its own copy of
/// what keeps it.
static inline int nearend_alsa_set_receiver(nearend_alsa_complaint receiver) {
    *nearend_alsa_receiver() = receiver;
    return snd_lib_error_set_handler(&nearend_alsa_complain);
}

#endif

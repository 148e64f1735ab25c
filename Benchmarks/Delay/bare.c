/* The least a client of PulseAudio can do between a microphone and a loudspeaker: each block is played as soon as it is recorded, and no more
   waits than keeps the loudspeaker from running dry. What the sound server itself takes, for whatever call goes through it.

   bare SOURCE SINK */
#include <pulse/pulseaudio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const pa_sample_spec spec = {.format = PA_SAMPLE_S16LE, .rate = 48000, .channels = 1};
enum { block = 480 * 2, settling = 100 };

static const char *source, *sink;
static pa_context *context;
static pa_stream *capture, *playback;
static int blocks;

static void fail(const char *what) {
    fprintf(stderr, "bare: %s: %s\n", what, pa_strerror(pa_context_errno(context)));
    _exit(1);
}

static void recorded(pa_stream *stream, size_t available, void *unused) {
    (void)available, (void)unused;
    const void *data;
    size_t count;
    while (pa_stream_readable_size(stream) > 0) {
        if (pa_stream_peek(stream, &data, &count) < 0 || count == 0) return;
        /* What had gathered before the first read, or while the machine stood still, is a backlog that nobody needs. */
        if (data && ++blocks > settling && pa_stream_get_state(playback) == PA_STREAM_READY && pa_stream_writable_size(playback) >= count)
            pa_stream_write(playback, data, count, NULL, 0, PA_SEEK_RELATIVE);
        pa_stream_drop(stream);
    }
}

static void changed(pa_context *c, void *unused) {
    (void)unused;
    switch (pa_context_get_state(c)) {
    case PA_CONTEXT_FAILED: fail("no server"); return;
    case PA_CONTEXT_READY: break;
    default: return;
    }
    pa_buffer_attr attributes;
    memset(&attributes, 0xff, sizeof attributes);
    attributes.fragsize = block;
    capture = pa_stream_new(c, "bare", &spec, NULL);
    pa_stream_set_read_callback(capture, recorded, NULL);
    if (pa_stream_connect_record(capture, source, &attributes, PA_STREAM_EARLY_REQUESTS) < 0) fail(source);
    memset(&attributes, 0xff, sizeof attributes);
    attributes.tlength = 5 * block;
    attributes.minreq = block;
    /* A player that has run dry goes on with the next block: so the buffer grows to what is needed, and no further. */
    attributes.prebuf = 2;
    playback = pa_stream_new(c, "bare", &spec, NULL);
    if (pa_stream_connect_playback(playback, sink, &attributes, PA_STREAM_EARLY_REQUESTS, NULL, NULL) < 0) fail(sink);
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    source = arguments[1];
    sink = arguments[2];
    pa_mainloop *loop = pa_mainloop_new();
    context = pa_context_new(pa_mainloop_get_api(loop), "bare");
    pa_context_set_state_callback(context, changed, NULL);
    if (pa_context_connect(context, NULL, PA_CONTEXT_NOFLAGS, NULL) < 0) fail("no server");
    int result = 0;
    pa_mainloop_run(loop, &result);
    return result;
}

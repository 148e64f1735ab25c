// libssl asks `gettimeofday` when a flight of DTLS must be sent again. A program's own function of that name comes before the C library's
// for all libraries that the program loads, so linking this file is all it takes.
#define _GNU_SOURCE
#include "VirtualClock.h"

#include <pthread.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>

/// The fixed day: OpenSSL takes zero for “no timer”, so virtual time must not begin there.
static const int64_t first_second = 1000000000;

static _Thread_local int is_set;
static _Thread_local int64_t now;

void virtual_clock_set(int64_t nanoseconds) {
    is_set = 1;
    now = nanoseconds;
}

void virtual_clock_release(void) { is_set = 0; }

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

void virtual_clock_begin_turn(void) { pthread_mutex_lock(&turn); }

void virtual_clock_end_turn(void) { pthread_mutex_unlock(&turn); }

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    if (time == NULL) return 0;
    if (is_set) {
        time->tv_sec = (time_t)(first_second + now / 1000000000);
        time->tv_usec = (suseconds_t)(now % 1000000000 / 1000);
        return 0;
    }
    struct timespec real;
    if (clock_gettime(CLOCK_REALTIME, &real) != 0) return -1;
    time->tv_sec = real.tv_sec;
    time->tv_usec = (suseconds_t)(real.tv_nsec / 1000);
    return 0;
}

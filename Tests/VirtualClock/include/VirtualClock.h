// The time of day that OpenSSL sees, in the hands of a test.
#ifndef NEAREND_VIRTUAL_CLOCK_H
#define NEAREND_VIRTUAL_CLOCK_H

#include <stdint.h>

/// From now on `gettimeofday` on this thread answers so many nanoseconds after a fixed day in 2001, until it is set anew or released.
/// A test in virtual time sets it to the moment that it gives to the machines, before it gives it.
void virtual_clock_set(int64_t nanoseconds);

/// From now on `gettimeofday` on this thread answers the real time again.
void virtual_clock_release(void);

/// The library of SCTP has one state and one clock for the whole process: tests that use it in virtual time take turns. Begin and end on one
/// thread.
void virtual_clock_begin_turn(void);
void virtual_clock_end_turn(void);

#endif

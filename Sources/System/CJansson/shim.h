// The jansson library, and what of it Swift cannot call: its type tests are macros, and an error's code hides in its text.
#ifndef NEAREND_CJANSSON_SHIM_H
#define NEAREND_CJANSSON_SHIM_H

#include <jansson.h>

static inline json_type nearend_json_type(const json_t *value) { return json_typeof(value); }
static inline void nearend_json_release(json_t *value) { json_decref(value); }

/// Whether a text was refused for a number that is too big.
static inline int nearend_json_is_overflow(const json_error_t *error) { return json_error_code(error) == json_error_numeric_overflow; }

#endif

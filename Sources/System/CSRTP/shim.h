// libsrtp 2, all of which Swift can call.
#ifndef NEAREND_CSRTP_SHIM_H
#define NEAREND_CSRTP_SHIM_H

#include <srtp2/srtp.h>

#endif

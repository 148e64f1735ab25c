// OpenSSL 3, and what of it Swift cannot call: macros with casts or several arguments, and functions behind them.
#ifndef NEAREND_COPENSSL_SHIM_H
#define NEAREND_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/srtp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <sys/time.h>

/// A fresh key pair on P-256, or NULL.
static inline EVP_PKEY *nearend_make_p256_key(void) { return EVP_EC_gen("P-256"); }

/// A fresh RSA key pair, or NULL. For pages that ask for one; Nearend itself presents ECDSA.
static inline EVP_PKEY *nearend_make_rsa_key(unsigned int bits) { return EVP_RSA_gen(bits); }

/// DTLS 1.2 and nothing else (RFC 8827 §6.5).
static inline int nearend_ssl_ctx_use_dtls_1_2(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1
        && SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1;
}

static inline int nearend_ssl_ctx_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}

/// No tickets, no sessions to resume, no renegotiation, no compression, and no asking the BIO for an MTU.
static inline void nearend_ssl_ctx_set_options(SSL_CTX *context) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
                     | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

/// TLS as a client, 1.2 or later (RFC 9325 §3.1.1), trusting what the system trusts (or SSL_CERT_FILE and SSL_CERT_DIR say).
static inline int nearend_ssl_ctx_trust_system(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 && SSL_CTX_set_default_verify_paths(context) == 1;
}

/// TLS 1.3 and nothing else, for both ends are ours: whom a file of certificates names is trusted, and nobody else; no session outlives its connection.
static inline int nearend_ssl_ctx_use_identity(SSL_CTX *context, const char *certificate, const char *key, const char *authority) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 && SSL_CTX_set_num_tickets(context, 0) == 1
        && SSL_CTX_load_verify_locations(context, authority, NULL) == 1 && SSL_CTX_use_certificate_chain_file(context, certificate) == 1
        && SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 && SSL_CTX_check_private_key(context) == 1;
}

/// The name that the server is to answer under (RFC 6066 §3).
static inline long nearend_ssl_set_server_name(SSL *session, const char *name) { return SSL_set_tlsext_host_name(session, name); }

/// The largest datagram that OpenSSL makes, headers of UDP and IP not counted.
static inline long nearend_ssl_set_mtu(SSL *session, long bytes) { return SSL_set_mtu(session, bytes); }

/// Microseconds until a flight must be sent again, by the clock OpenSSL reads; -1 where none is waiting for an answer.
static inline int64_t nearend_dtls_time_left(SSL *session) {
    struct timeval left;
    if (DTLSv1_get_timeout(session, &left) != 1) return -1;
    return (int64_t)left.tv_sec * 1000000 + left.tv_usec;
}

/// Sends the flight again if its time has come: 1 sent, 0 not yet, -1 failed or given up.
static inline long nearend_dtls_handle_timeout(SSL *session) { return DTLSv1_handle_timeout(session); }

static inline int nearend_bio_datagram_mtu_overhead(void) { return BIO_CTRL_DGRAM_GET_MTU_OVERHEAD; }

static inline void nearend_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void nearend_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

/// The reason code of an error, and whether it belongs to the SSL library.
static inline int nearend_error_reason(unsigned long error) { return ERR_GET_REASON(error); }
static inline int nearend_error_is_ssl(unsigned long error) { return ERR_GET_LIB(error) == ERR_LIB_SSL; }

#endif

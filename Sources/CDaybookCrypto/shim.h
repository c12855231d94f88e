/// libcrypto for Swift, and SHA-256 without what makes it slow for short messages.
///
/// Since OpenSSL 3 a digest through EVP looks its implementation up and allocates; the one-shot `SHA256()` does both at
/// every call and takes four times as long for 160 bytes as the hash itself. The functions below do neither: all
/// state lies in a struct that the caller owns, opens once, uses for any number of messages, and closes.
///
///     daybook_sha256 hash;
///     if (!daybook_sha256_open(&hash)) …
///     daybook_sha256_begin(&hash);
///     daybook_sha256_add(&hash, bytes, count);
///     daybook_sha256_end(&hash, digest);        // then begin again, or
///     daybook_sha256_of(&hash, bytes, count, digest);
///     daybook_sha256_close(&hash);
///
/// A struct is used by one thread at a time, is not copied while open, and different structs know nothing of each other.
#ifndef DAYBOOK_CRYPTO_SHIM_H
#define DAYBOOK_CRYPTO_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/opensslv.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#define DAYBOOK_SHA256_BYTES 32

// SHA256_Init, _Update and _Final are deprecated since OpenSSL 3.0 but there until 4, and the only way to the
// hardware without EVP's cost (150 against 210 ns for 160 bytes). They cannot fail.
#if (!defined(OPENSSL_VERSION_MAJOR) || OPENSSL_VERSION_MAJOR < 4) && !defined(OPENSSL_NO_DEPRECATED_3_0) \
    && !defined(DAYBOOK_SHA256_THROUGH_EVP)

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

typedef struct daybook_sha256 {
    SHA256_CTX state;
} daybook_sha256;

/// Makes the struct ready. False means that there is no memory, or that this libcrypto's policy forbids SHA-256.
static inline bool daybook_sha256_open(daybook_sha256 *hash) {
    return SHA256_Init(&hash->state) == 1;
}

/// Gives back what `daybook_sha256_open` took.
static inline void daybook_sha256_close(daybook_sha256 *hash) {
    (void)hash;
}

/// Begins a message, and forgets one that was not ended.
static inline void daybook_sha256_begin(daybook_sha256 *hash) {
    (void)SHA256_Init(&hash->state);
}

/// Adds bytes to the message.
static inline void daybook_sha256_add(daybook_sha256 *hash, const void *bytes, size_t count) {
    (void)SHA256_Update(&hash->state, bytes, count);
}

/// Ends the message and writes its digest.
static inline void daybook_sha256_end(daybook_sha256 *hash, uint8_t digest[DAYBOOK_SHA256_BYTES]) {
    (void)SHA256_Final(digest, &hash->state);
}

#pragma GCC diagnostic pop

#else

typedef struct daybook_sha256 {
    EVP_MD *algorithm;
    EVP_MD_CTX *state;
} daybook_sha256;

/// Makes the struct ready. False means that there is no memory, or that this libcrypto's policy forbids SHA-256.
static inline bool daybook_sha256_open(daybook_sha256 *hash) {
    hash->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    hash->state = EVP_MD_CTX_new();
    if (hash->algorithm != NULL && hash->state != NULL
        && EVP_DigestInit_ex2(hash->state, hash->algorithm, NULL) == 1) {
        return true;
    }
    EVP_MD_CTX_free(hash->state);
    EVP_MD_free(hash->algorithm);
    return false;
}

/// Gives back what `daybook_sha256_open` took.
static inline void daybook_sha256_close(daybook_sha256 *hash) {
    EVP_MD_CTX_free(hash->state);
    EVP_MD_free(hash->algorithm);
}

// After open has succeeded once, none of the following has anything left that could fail: nothing is allocated, and the
// digest's provider only computes.

/// Begins a message, and forgets one that was not ended.
static inline void daybook_sha256_begin(daybook_sha256 *hash) {
    (void)EVP_DigestInit_ex2(hash->state, hash->algorithm, NULL);
}

/// Adds bytes to the message.
static inline void daybook_sha256_add(daybook_sha256 *hash, const void *bytes, size_t count) {
    (void)EVP_DigestUpdate(hash->state, bytes, count);
}

/// Ends the message and writes its digest.
static inline void daybook_sha256_end(daybook_sha256 *hash, uint8_t digest[DAYBOOK_SHA256_BYTES]) {
    (void)EVP_DigestFinal_ex(hash->state, digest, NULL);
}

#endif

/// The digest of one message that lies in one piece.
static inline void daybook_sha256_of(daybook_sha256 *hash, const void *bytes, size_t count,
                                     uint8_t digest[DAYBOOK_SHA256_BYTES]) {
    daybook_sha256_begin(hash);
    daybook_sha256_add(hash, bytes, count);
    daybook_sha256_end(hash, digest);
}

#endif

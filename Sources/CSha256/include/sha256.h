#ifndef ARGOSY_SHA256_H
#define ARGOSY_SHA256_H

#include <stddef.h>
#include <stdint.h>

/// Whether this processor has instructions for SHA-256 that the function below uses.
int argosy_sha256_is_built_in(void);

/// Takes whole blocks of 64 bytes into the running state of FIPS 180-4.
///
/// Only where `argosy_sha256_is_built_in` says yes.
void argosy_sha256_take(uint32_t state[8], const uint8_t *blocks, size_t count);

#endif

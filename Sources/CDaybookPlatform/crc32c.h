// What the files that compute CRC32C share with each other and with nobody else.
#ifndef DAYBOOK_CRC32C_H
#define DAYBOOK_CRC32C_H

#include "daybook_platform.h"

/// Castagnoli's polynomial with the lowest power in the highest bit.
#define DAYBOOK_CRC32C_POLYNOMIAL 0x82F63B78u

typedef uint32_t daybook_crc32c_function(uint32_t crc, const void *bytes, size_t count);

/// The way this processor computes CRC32C by itself, or NULL if it has none.
daybook_crc32c_function *daybook_crc32c_by_hardware(void);

#endif

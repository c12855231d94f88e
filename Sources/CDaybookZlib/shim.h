/// zlib for Swift: archives of the log are compressed with it. See Docs/Decisions.
#ifndef DAYBOOK_ZLIB_SHIM_H
#define DAYBOOK_ZLIB_SHIM_H

#include <zlib.h>

#endif

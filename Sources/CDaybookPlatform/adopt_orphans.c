// Who is the parent of processes whose own has ended.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <errno.h>

#if defined(__linux__)
#include <sys/prctl.h>

int daybook_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : errno; }

#else

int daybook_adopt_orphans(void) { return ENOTSUP; }

#endif

#ifndef DAYBOOK_LMDB_SHIM_H
#define DAYBOOK_LMDB_SHIM_H

#include <lmdb.h>

#endif

/// libevent for Swift: event loops, listeners and buffered sockets. Its HTTP is not used; see Docs/Decisions.
#ifndef DAYBOOK_EVENT_SHIM_H
#define DAYBOOK_EVENT_SHIM_H

// Before libevent's configuration defines _GNU_SOURCE: with it, fd_set would have other members than the system's own
// module gives it.
#include <sys/types.h>
#include <sys/select.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#endif

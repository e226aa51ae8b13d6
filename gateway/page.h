/* page: cutting a list into pages. A cursor is the serial of the last item shown, so a page that
 * follows is right also when items were made or vanished in between. Pure. The server's thread. */
#ifndef GATEWAY_PAGE_H
#define GATEWAY_PAGE_H

#include "gateway/request.h"

#include <stdint.h>

#define PAGE_LIMIT_MAX 10000

struct page {
    size_t limit;
    size_t taken;
    uint64_t after; /* serial of the last item of the page before */
    uint64_t last;
    bool more;
};

/* Reads `limit` and `cursor` of the query; `page_size` (0: none) is the ceiling of both. False:
 * refused. */
bool page_init(struct page *page, struct request *request, size_t page_size);

/* Whether the item with this serial goes on this page. Ask for each in rising order. */
bool page_takes(struct page *page, uint64_t serial);

/* `{NAME: items}` with `nextCursor` if more follows; takes `items`. NULL without memory. */
json_t *page_wrap(const struct page *page, const char *name, json_t *items);

#endif

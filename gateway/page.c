/* page: see page.h. */
#include "gateway/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Up to 18 digits, so that it fits. */
static bool read_number(const char *text, uint64_t *number)
{
    size_t size = strspn(text, "0123456789");
    if (size == 0 || size > 18 || text[size] != '\0')
        return false;
    *number = strtoull(text, NULL, 10);
    return true;
}

bool page_init(struct page *page, struct request *request, size_t page_size)
{
    uint64_t limit;
    *page = (struct page){.limit = page_size == 0 ? SIZE_MAX : page_size};
    if (request->limit != NULL) {
        if (!read_number(request->limit, &limit) || limit < 1 || limit > PAGE_LIMIT_MAX)
            return answer_refuse(&request->answer, REFUSAL_INVALID, "limit",
                                 "limit must be a number from 1 to 10000");
        page->limit = limit < page->limit ? (size_t)limit : page->limit;
    }
    if (request->cursor != NULL && !read_number(request->cursor, &page->after))
        return answer_refuse(&request->answer, REFUSAL_INVALID, "cursor",
                             "cursor is not one that this server gave");
    return true;
}

bool page_takes(struct page *page, uint64_t serial)
{
    if (serial <= page->after)
        return false;
    page->more = page->taken == page->limit;
    if (page->more)
        return false;
    page->taken++;
    page->last = serial;
    return true;
}

json_t *page_wrap(const struct page *page, const char *name, json_t *items)
{
    char cursor[24];
    snprintf(cursor, sizeof cursor, "%" PRIu64, page->last);
    return json_pack("{s:o, s:s*}", name, items, "nextCursor", page->more ? cursor : NULL);
}

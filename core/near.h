/* near: "did you mean": names that are close to a wrong one. Pure; any thread. */
#ifndef CORE_NEAR_H
#define CORE_NEAR_H

#include <stdbool.h>
#include <stddef.h>

/* True where a person could have meant `name` when writing `word`: one begins with the other, or
 * one letter in four differs, in short ones one in three or two that changed places. Case does not
 * count. */
bool near_name(const char *word, const char *name);

#endif

/* Theme files: what cannot be read leaves the theme as it was and says why in one line. */
#include "tui/theme.h"

#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* libconfig loses a few bytes of what it was reading when it stops at an error. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so\n";
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char path[64];
    struct theme theme, before;
    struct error error = {0};
    int fd = memfd_create("theme", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    memset(&theme, 0x5A, sizeof theme);
    before = theme;
    if (theme_load(&theme, path, &error))
        must(error.kind == ERROR_NONE);
    else
        must(error.kind == ERROR_USAGE && *error.sentence != '\0' &&
             memcmp(&theme, &before, sizeof theme) == 0);
    close(fd);
    return 0;
}

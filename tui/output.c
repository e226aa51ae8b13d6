/* output: see output.h. */
#include "tui/output.h"

#include "api/clock.h"
#include "api/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* Without a name, so that it goes with us. */
static int memory_open(void)
{
#ifdef HAVE_MEMFD_CREATE
    return memfd_create("frame", MFD_CLOEXEC);
#else
    char name[32];
    snprintf(name, sizeof name, "/leasetop-%ld", (long)getpid());
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR); /* close on exec */
    if (fd >= 0)
        shm_unlink(name);
    return fd;
#endif
}

/* No file on a disk will do: a frame may show a secret. */
static FILE *memory_file(void)
{
    int fd = memory_open();
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");
    if (file == NULL && fd >= 0)
        close(fd);
    return file;
}

int output_reopen(int fd, int flags)
{
    char name[128];
    int fresh = -1;
    flags |= O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    if (tcgetsid(fd) == getsid(0)) /* our own terminal, whoever its device belongs to after su */
        fresh = open("/dev/tty", flags);
    if (fresh < 0 && ttyname_r(fd, name, sizeof name) == 0)
        fresh = open(name, flags);
    return fresh >= 0 ? fresh : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

bool output_init(struct output *output, int fd, struct error *error)
{
    *output = (struct output){.terminal = output_reopen(fd, O_WRONLY), .stream = memory_file()};
    if (output->terminal >= 0 && output->stream != NULL)
        return true;
    error_set(error, ERROR_SYSTEM, "the terminal cannot be written to: %s", strerror(errno));
    output_clear(output);
    return false;
}

void output_clear(struct output *output)
{
    if (output->stream != NULL)
        fclose(output->stream);
    if (output->terminal >= 0)
        close(output->terminal);
    secret_wipe(output->bytes, output->size);
    free(output->bytes);
    *output = (struct output){.terminal = -1};
}

/* A frame may show a secret: no copy stays in the heap. */
static bool reserve(struct output *output, size_t length)
{
    size_t waits = output->end - output->start, size = output->size;
    if (length > OUTPUT_BYTES_MAX - waits)
        return false;
    while (size < waits + length)
        size = size == 0 ? 16384 : size * 2;
    char *bytes = size == output->size ? output->bytes : malloc(size);
    if (bytes == NULL)
        return false;
    if (waits > 0)
        memmove(bytes, output->bytes + output->start, waits);
    if (bytes != output->bytes) {
        secret_wipe(output->bytes, output->size);
        free(output->bytes);
    }
    output->bytes = bytes;
    output->size = size;
    output->start = 0;
    output->end = waits;
    return true;
}

/* Throws away what curses has written. */
static void forget(struct output *output)
{
    lseek(fileno(output->stream), 0, SEEK_SET);
}

bool output_collect(struct output *output)
{
    int memory = fileno(output->stream);
    off_t length = lseek(memory, 0, SEEK_CUR);
    if (length <= 0)
        return true;
    bool good = reserve(output, (size_t)length) &&
                pread(memory, output->bytes + output->end, (size_t)length, 0) == length;
    if (good)
        output->end += (size_t)length;
    forget(output);
    return good;
}

bool output_put(struct output *output, const char *bytes, size_t length)
{
    if (output->failed || !reserve(output, length))
        return false;
    memcpy(output->bytes + output->end, bytes, length);
    output->end += length;
    return true;
}

void output_send(struct output *output)
{
    while (output_waits(output) && !output->failed) {
        ssize_t sent =
            write(output->terminal, output->bytes + output->start, output->end - output->start);
        if (sent >= 0)
            output->start += (size_t)sent;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return;
        else
            output->failed = errno != EINTR;
    }
    secret_wipe(output->bytes, output->end);
    output->start = output->end = 0;
}

bool output_waits(const struct output *output)
{
    return output->start < output->end;
}

bool output_finish(struct output *output, int timeout_ms)
{
    int64_t end_ms = clock_boot_now_ms() + timeout_ms;
    int64_t left_ms = timeout_ms;
    for (output_send(output); output_waits(output) && left_ms > 0; output_send(output)) {
        struct pollfd terminal = {.fd = output->terminal, .events = POLLOUT};
        poll(&terminal, 1, (int)left_ms);
        left_ms = end_ms - clock_boot_now_ms();
    }
    if (!output_waits(output))
        return !output->failed;
    tcflush(output->terminal, TCOFLUSH);
    secret_wipe(output->bytes, output->end);
    output->start = output->end = 0;
    return false;
}

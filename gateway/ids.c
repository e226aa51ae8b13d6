/* ids: see ids.h. */
#include "gateway/ids.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_GETRANDOM
#include <sys/random.h>
#else
#include <fcntl.h>
#endif

#ifdef HAVE_GETRANDOM
static ssize_t draw(void *bytes, size_t size)
{
    return getrandom(bytes, size, 0);
}
#else
static ssize_t draw(void *bytes, size_t size)
{
    int source = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (source < 0)
        return -1;
    ssize_t got = read(source, bytes, size);
    close(source);
    return got;
}
#endif

bool ids_random(void *bytes, size_t size)
{
    for (size_t have = 0; have < size;) {
        ssize_t got = draw((char *)bytes + have, size - have);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        have += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* RFC 9562, version 4: random but for six bits. */
static void print_uuid(unsigned char bytes[16], char out[ID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

bool ids_uuid(char out[ID_SIZE])
{
    unsigned char bytes[16];
    if (!ids_random(bytes, sizeof bytes))
        return false;
    print_uuid(bytes, out);
    return true;
}

bool ids_token(char out[TOKEN_SIZE])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[TOKEN_SIZE - 1];
    if (!ids_random(bytes, sizeof bytes))
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        out[i] = letters[bytes[i] % 64];
    out[TOKEN_SIZE - 1] = '\0';
    return true;
}

bool ids_same_token(const char a[TOKEN_SIZE], const char b[TOKEN_SIZE])
{
    unsigned differ = 0;
    for (size_t i = 0; i < TOKEN_SIZE; i++)
        differ |= (unsigned char)a[i] ^ (unsigned char)b[i];
    return differ == 0;
}

/* splitmix64: any seed is a good seed. */
uint64_t dice_roll(struct dice *dice)
{
    uint64_t z = dice->state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

void dice_uuid(struct dice *dice, char out[ID_SIZE])
{
    uint64_t rolls[2] = {dice_roll(dice), dice_roll(dice)};
    unsigned char bytes[16];
    memcpy(bytes, rolls, sizeof bytes);
    print_uuid(bytes, out);
}

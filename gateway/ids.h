/* ids: names nobody else has (uuids), words nobody can guess (tokens), and dice that always fall
 * the same way, for fleets that must come out the same twice. Any thread; no state but the caller's
 * dice. */
#ifndef GATEWAY_IDS_H
#define GATEWAY_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_SIZE 37 /* a uuid in text, with its NUL */
#define TOKEN_SIZE                                                                                 \
    33 /* 192 random bits in 32 letters that need no escape in a url, with the NUL                 \
        */

/* From the kernel; false if it has none to give. */
bool ids_random(void *bytes, size_t size);
bool ids_uuid(char out[ID_SIZE]);
bool ids_token(char out[TOKEN_SIZE]);

/* In a time that does not depend on how much of them is the same. */
bool ids_same_token(const char a[TOKEN_SIZE], const char b[TOKEN_SIZE]);

/* Seeded numbers: not for anything that must not be guessed. */
struct dice {
    uint64_t state;
};

uint64_t dice_roll(struct dice *dice);
void dice_uuid(struct dice *dice, char out[ID_SIZE]);

#endif

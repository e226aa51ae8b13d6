/* conceal: takes a secret out of a text of the server's, which may repeat in an error what it was
 * sent. No state; any thread. */
#ifndef API_CONCEAL_H
#define API_CONCEAL_H

/* A text shorter than this is no secret, and stands in other words too. */
enum { CONCEAL_BYTES_MIN = 6 };

/* Puts asterisks in the place of `secret`, wherever it stands in `text`, and of its beginning where
 * the text ends, for that may have been cut there. */
void conceal(char *text, const char *secret);

#endif

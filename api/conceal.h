/* conceal: takes a secret out of a text of the server's, which may repeat in an error what it was
 * sent. No state; any thread. */
#ifndef API_CONCEAL_H
#define API_CONCEAL_H

/* A text shorter than this is no secret, and stands in other words too. */
enum { CONCEAL_BYTES_MIN = 6 };

/* Puts asterisks in the place of `secret`, wherever it stands in `text`, and of its beginning where
 * the text ends, for that may have been cut there. */
void conceal(char *text, const char *secret);

/* The same for a text that is meant for people to go by, as a name or an id: only the whole of a
 * secret, and of one that is too long to stand there by chance. */
enum { CONCEAL_WHOLE_MIN = 16 };
void conceal_whole(char *text, const char *secret);

#endif

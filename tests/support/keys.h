/* keys: what a run of leasetop left in the kernel's keyring for a server of a test, which nobody
 * else will ever ask for. Its time would end it, but a user has room for 200. Any thread. */
#ifndef TESTS_SUPPORT_KEYS_H
#define TESTS_SUPPORT_KEYS_H

/* Of the server on this port of 127.0.0.1. Where there is no keyring it does nothing. */
void keys_forget(int port);

#endif

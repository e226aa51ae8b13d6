/* front: a server in front of the desk's: what leasetop speaks there is not plain HTTP. One thread.
 */
#ifndef TESTS_SCREEN_FRONT_H
#define TESTS_SCREEN_FRONT_H

#include "tests/screen/desk.h"

/* Runs a script of tests/ with the certificate of that name; its port, and its process, which the
 * caller ends. Skips the test where there is no node. */
int front_start(const struct desk *desk, const char *script, const char *certificate, pid_t *pid);

/* What is opened next speaks HTTP/2 to the desk's server. */
void front_http2(struct desk *desk);

#endif

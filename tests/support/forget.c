/* forget: for scripts: keys_forget of the port that is given. */
#include "tests/support/keys.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc > 1)
        keys_forget(atoi(argv[1]));
    return 0;
}

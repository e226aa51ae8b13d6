/* environment: see environment.h. */
#include "core/environment.h"

#include "api/secret.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What environment_ordinary takes over. */
static const char *const ORDINARY[] = {
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "TZ",
    "TERM",
    "TMUX",
    "TMUX_TMPDIR",
    "DISPLAY",
    "XAUTHORITY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
};

static const char KEY_VARIABLE[] = "BCTRL_API_KEY";
static const char LEASE_VARIABLE[] = "LEASETOP_LEASE";
static const char ENDPOINT_VARIABLES[] = "LEASETOP_ENDPOINT"; /* all that begin so */

void environment_init(struct environment *environment)
{
    *environment = (struct environment){0};
}

static void variable_free(char *variable)
{
    secret_wipe(variable, strlen(variable));
    free(variable);
}

void environment_clear(struct environment *environment)
{
    for (size_t i = 0; i < environment->count; i++)
        variable_free(environment->list[i]);
    free(environment->list);
    *environment = (struct environment){0};
}

static bool variable_named(const char *variable, const char *name, size_t length)
{
    return strncmp(variable, name, length) == 0 && variable[length] == '=';
}

/* What belongs to the program it was given to, and to none below it: the key, and the lease of a
 * create --exec that we run under. */
static bool variable_private(const char *variable)
{
    return variable_named(variable, KEY_VARIABLE, strlen(KEY_VARIABLE)) ||
           variable_named(variable, LEASE_VARIABLE, strlen(LEASE_VARIABLE)) ||
           strncmp(variable, ENDPOINT_VARIABLES, strlen(ENDPOINT_VARIABLES)) == 0;
}

/* The variable becomes the list's, also on failure. */
static bool environment_put(struct environment *environment, char *variable, struct error *error)
{
    size_t length = strcspn(variable, "=");
    for (size_t i = 0; i < environment->count; i++)
        if (variable_named(environment->list[i], variable, length)) {
            variable_free(environment->list[i]);
            environment->list[i] = variable;
            return true;
        }
    char **list = NULL;
    if (environment->count < ENVIRONMENT_VARIABLES)
        list = realloc(environment->list, (environment->count + 2) * sizeof *list);
    if (list == NULL) {
        variable_free(variable);
        return environment->count < ENVIRONMENT_VARIABLES
                   ? error_memory(error)
                   : error_set(error, ERROR_SYSTEM, "the environment has over %d variables",
                               ENVIRONMENT_VARIABLES);
    }
    environment->list = list;
    environment->list[environment->count++] = variable;
    environment->list[environment->count] = NULL;
    return true;
}

bool environment_set(struct environment *environment, const char *name, const char *value,
                     struct error *error)
{
    assert(*name != '\0' && strchr(name, '=') == NULL);
    char *variable = malloc(strlen(name) + strlen(value) + 2);
    if (variable == NULL)
        return error_memory(error);
    stpcpy(stpcpy(stpcpy(variable, name), "="), value);
    return environment_put(environment, variable, error);
}

bool environment_ordinary(struct environment *environment, const char *const *from,
                          struct error *error)
{
    for (size_t i = 0; i < sizeof ORDINARY / sizeof *ORDINARY; i++) {
        const char *value = environment_get(from, ORDINARY[i]);
        if (value != NULL && !environment_set(environment, ORDINARY[i], value, error))
            return false;
    }
    return true;
}

bool environment_inherit(struct environment *environment, const char *const *from,
                         struct error *error)
{
    for (; from != NULL && *from != NULL; from++) {
        const char *variable = *from;
        size_t length = strcspn(variable, "=");
        if (variable[length] == '\0' || length == 0 || variable_private(variable))
            continue;
        char *copy = strdup(variable);
        if (copy == NULL)
            return error_memory(error);
        if (!environment_put(environment, copy, error))
            return false;
    }
    return true;
}

const char *environment_get(const char *const *from, const char *name)
{
    size_t length = strlen(name);
    for (; from != NULL && *from != NULL; from++)
        if (variable_named(*from, name, length) && (*from)[length + 1] != '\0')
            return *from + length + 1;
    return NULL;
}

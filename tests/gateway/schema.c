/* schema: see schema.h. */
#include "tests/gateway/schema.h"

#include "tests/support/support.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMAS "#/components/schemas/"

/* ---- the document */

json_t *schema_document(void)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/gateway/create-connection.json", getenv("SRCDIR"));
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    if (document == NULL)
        support_die("cannot read %s", path);
    return document;
}

/* Follows names, which end in NULL. */
static const json_t *walk(const json_t *at, const char *const *names)
{
    for (; *names != NULL; names++) {
        at = json_object_get(at, *names);
        if (at == NULL)
            support_die("the document has no %s", *names);
    }
    return at;
}

static const json_t *operation(const json_t *document)
{
    return walk(document,
                (const char *const[]){"paths", "/v1/spaces/{id}/runtimes/{runtimeId}/connections",
                                      "post", NULL});
}

const json_t *schema_of_answer(const json_t *document)
{
    return walk(operation(document), (const char *const[]){"responses", "200", "content",
                                                           "application/json", "schema", NULL});
}

const json_t *schema_of_body(const json_t *document)
{
    return walk(operation(document), (const char *const[]){"requestBody", "content",
                                                           "application/json", "schema", NULL});
}

/* ---- formats */

static bool matches(const char *text, const char *pattern)
{
    regex_t expression;
    if (regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        support_die("not a pattern: %s", pattern);
    bool found = regexec(&expression, text, 0, NULL, 0) == 0;
    regfree(&expression);
    return found;
}

bool schema_is_uuid(const char *text)
{
    return matches(text, "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$");
}

/* RFC 3339, 5.6. */
bool schema_is_date_time(const char *text)
{
    return matches(
        text, "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:"
              "([0-5][0-9]|60)(\\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$");
}

static bool is_uri(const char *text)
{
    return matches(text, "^[a-z][a-z0-9+.-]*://[][A-Za-z0-9._~%:/?#@!$&'()*+,;=-]+$");
}

/* ---- the words of a schema: each gets its value, and what is to be tried */

struct trial {
    const json_t *document;
    const json_t *value;
    const char *at; /* the member's name, to say where it was wrong */
    bool quiet;
};

static bool fits(const struct trial *trial, const json_t *schema);

static bool fail(const struct trial *trial, const char *why)
{
    if (!trial->quiet)
        fprintf(stderr, "# %s: %s\n", trial->at, why);
    return false;
}

static bool is_type(const json_t *value, const char *type)
{
    static const struct {
        const char *name;
        json_type type;
    } types[] = {{"string", JSON_STRING},
                 {"integer", JSON_INTEGER},
                 {"object", JSON_OBJECT},
                 {"null", JSON_NULL}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].name, type) == 0)
            return json_typeof(value) == types[i].type;
    }
    support_die("schema: no type %s", type);
}

static bool try_type(const struct trial *trial, const json_t *type)
{
    if (json_is_string(type))
        return is_type(trial->value, json_string_value(type)) || fail(trial, "wrong type");
    for (size_t i = 0; i < json_array_size(type); i++) {
        if (is_type(trial->value, json_string_value(json_array_get(type, i))))
            return true;
    }
    return fail(trial, "none of the types");
}

static bool try_enum(const struct trial *trial, const json_t *values)
{
    for (size_t i = 0; i < json_array_size(values); i++) {
        if (json_equal(json_array_get(values, i), trial->value))
            return true;
    }
    return fail(trial, "not one of the values");
}

static bool try_format(const struct trial *trial, const json_t *format)
{
    static const struct {
        const char *name;
        bool (*holds)(const char *text);
    } formats[] = {{"uuid", schema_is_uuid}, {"date-time", schema_is_date_time}, {"uri", is_uri}};
    if (!json_is_string(trial->value))
        return true;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, json_string_value(format)) == 0)
            return formats[i].holds(json_string_value(trial->value)) || fail(trial, "wrong format");
    }
    support_die("schema: no format %s", json_string_value(format));
}

static bool try_required(const struct trial *trial, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (json_object_get(trial->value, name) == NULL)
            return fail(trial, name);
    }
    return true;
}

static bool try_properties(const struct trial *trial, const json_t *properties)
{
    const char *name;
    json_t *schema;
    json_object_foreach((json_t *)properties, name, schema)
    {
        struct trial part = *trial;
        part.at = name;
        part.value = json_object_get(trial->value, name);
        if (part.value != NULL && !fits(&part, schema))
            return false;
    }
    return true;
}

static bool try_one_of(const struct trial *trial, const json_t *schemas)
{
    struct trial quiet = *trial;
    size_t count = 0;
    quiet.quiet = true;
    for (size_t i = 0; i < json_array_size(schemas); i++)
        count += fits(&quiet, json_array_get(schemas, i));
    return count == 1 || fail(trial, "fits not exactly one of its schemas");
}

static bool try_reference(const struct trial *trial, const json_t *reference)
{
    const char *name = json_string_value(reference);
    if (strncmp(name, SCHEMAS, strlen(SCHEMAS)) != 0)
        support_die("schema: no reference %s", name);
    return fits(trial, walk(trial->document, (const char *const[]){"components", "schemas",
                                                                   name + strlen(SCHEMAS), NULL}));
}

static bool try_nothing(const struct trial *trial, const json_t *word)
{
    (void)trial, (void)word;
    return true;
}

static const struct {
    const char *name;
    bool (*holds)(const struct trial *trial, const json_t *word);
} words[] = {
    {"$ref", try_reference},        {"additionalProperties", try_nothing},
    {"description", try_nothing},   {"enum", try_enum},
    {"format", try_format},         {"oneOf", try_one_of},
    {"properties", try_properties}, {"required", try_required},
    {"title", try_nothing},         {"type", try_type},
};

static bool try_word(const struct trial *trial, const char *name, const json_t *word)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].name, name) == 0)
            return words[i].holds(trial, word);
    }
    support_die("schema: no word %s", name);
}

static bool fits(const struct trial *trial, const json_t *schema)
{
    const char *name;
    json_t *word;
    json_object_foreach((json_t *)schema, name, word)
    {
        if (!try_word(trial, name, word))
            return false;
    }
    return true;
}

bool schema_fits(const json_t *document, const json_t *schema, const json_t *value)
{
    return fits(&(struct trial){.document = document, .value = value, .at = "the value"}, schema);
}

/* schema: see schema.h. */
#include "tests/screen/desk.h"

#include "tests/screen/schema.h"

void schema_read(struct schema *schema, const char *name)
{
    char path[4096], line[1024], object[32] = "";
    snprintf(path, sizeof path, "%s/man/%s", getenv("BUILDDIR"), name);
    FILE *page = fopen(path, "r");
    if (page == NULL)
        fail_msg("%s cannot be read", path);
    while (fgets(line, sizeof line, page) != NULL) {
        char field[32], type[128];
        if (strncmp(line, ".Sh ", 4) == 0)
            object[0] = '\0';
        sscanf(line, ".Ss %31s", object);
        if (*object == '\0' || sscanf(line, ".It Li %31s No = %127[^\n]", field, type) != 2)
            continue;
        assert_true(schema->count < SCHEMA_FIELDS);
        snprintf(schema->fields[schema->count].object, 32, "%s", object);
        snprintf(schema->fields[schema->count].name, 32, "%s", field);
        snprintf(schema->fields[schema->count++].type, 128, "%s", type);
    }
    fclose(page);
}

/* Takes this word away from the front, or the back. */
static bool takes(char *type, const char *front, const char *back)
{
    size_t length = strlen(type), at_front = strlen(front), at_back = strlen(back);
    if (length < at_front + at_back || strncmp(type, front, at_front) != 0 ||
        strcmp(type + length - at_back, back) != 0)
        return false;
    type[length - at_back] = '\0';
    memmove(type, type + at_front, length - at_back - at_front + 1);
    return true;
}

static bool is_time(const char *text)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    for (size_t i = 0; shape[i] != '\0'; i++) {
        if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
            return false;
    }
    return text[strlen(text) - 1] == 'Z';
}

/* One of words between bars. */
static bool is_one_of(const char *text, const char *words)
{
    char list[160], wanted[80];
    snprintf(list, sizeof list, " %s ", words);
    snprintf(wanted, sizeof wanted, " %.70s ", text);
    return strchr(text, '|') == NULL && strstr(list, wanted) != NULL;
}

static void check(struct schema *schema, const json_t *value, char *type);

static void check_list(struct schema *schema, const json_t *list, const char *type)
{
    size_t i;
    json_t *item;
    assert_true(json_is_array(list));
    json_array_foreach(list, i, item)
    {
        char each[128];
        snprintf(each, sizeof each, "%s", type);
        check(schema, item, each);
    }
}

static bool is_object(const struct schema *schema, const char *type)
{
    for (size_t i = 0; i < schema->count; i++) {
        if (strcmp(schema->fields[i].object, type) == 0)
            return true;
    }
    return false;
}

static void check(struct schema *schema, const json_t *value, char *type)
{
    const char *text = json_string_value(value);
    if (takes(type, "", " or null") && json_is_null(value))
        return;
    if (takes(type, "list of ", ""))
        check_list(schema, value, type);
    else if (is_object(schema, type))
        schema_check(schema, value, type);
    else if (strcmp(type, "number") == 0 ? !json_is_integer(value)
             : strcmp(type, "flag") == 0 ? !json_is_boolean(value)
             : strcmp(type, "text") == 0 ? text == NULL
             : strcmp(type, "time") == 0 ? text == NULL || !is_time(text)
                                         : text == NULL || !is_one_of(text, type))
        fail_msg("not %s: %s", type, json_dumps(value, JSON_ENCODE_ANY));
}

static size_t check_field(struct schema *schema, const json_t *value, size_t place)
{
    char type[128];
    const char *name = schema->fields[place].name;
    const json_t *member = json_object_get(value, name);
    snprintf(type, sizeof type, "%s", schema->fields[place].type);
    bool optional = takes(type, "optional ", "");
    if (member == NULL && !optional)
        fail_msg("%s has no %s", schema->fields[place].object, name);
    if (member == NULL)
        return 0;
    schema->fields[place].met = true;
    schema->fields[place].filled |= !json_is_null(member);
    check(schema, member, type);
    return 1;
}

/* `*` stands for all that are not named. */
static size_t check_others(struct schema *schema, json_t *value, size_t place)
{
    const char *name;
    json_t *member;
    size_t count = 0;
    json_object_foreach(value, name, member)
    {
        char type[128];
        snprintf(type, sizeof type, "%s", schema->fields[place].type);
        if (strcmp(name, "type") == 0)
            continue;
        check(schema, member, type);
        schema->fields[place].met = schema->fields[place].filled = true;
        count++;
    }
    return count;
}

void schema_check(struct schema *schema, const json_t *value, const char *object)
{
    size_t known = 0;
    assert_true(is_object(schema, object));
    if (!json_is_object(value))
        fail_msg("no object %s", object);
    for (size_t i = 0; i < schema->count; i++) {
        if (strcmp(schema->fields[i].object, object) != 0)
            continue;
        known += strcmp(schema->fields[i].name, "*") == 0 ? check_others(schema, (json_t *)value, i)
                                                          : check_field(schema, value, i);
    }
    if (json_object_size(value) != known)
        fail_msg("%s has more than the page says: %s", object, json_dumps(value, 0));
}

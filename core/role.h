/* role: what a piece of the screen is to a person; a theme says how each role looks. One list:
 * themes, the default look, and the checks of both are read off it. */
#ifndef CORE_ROLE_H
#define CORE_ROLE_H

/* identifier, name in a theme file (`group.setting`), the role it looks like unless the theme says
 * otherwise */
#define ROLES(X)                                                                                   \
    X(TEXT, "text", TEXT)                                                                          \
    X(DIM, "dim", TEXT)                                                                            \
    X(TITLE, "title", TEXT)                                                                        \
    X(BORDER, "border", DIM)                                                                       \
    X(HEADER, "header", TITLE)                                                                     \
    X(PROFILE, "profile", HEADER)                                                                  \
    X(CURSOR, "cursor", TEXT)                                                                      \
    X(MARK, "mark", TITLE)                                                                         \
    X(ST_ACTIVE, "st.active", TEXT)                                                                \
    X(ST_EXPIRING, "st.expiring", TEXT)                                                            \
    X(ST_CRITICAL, "st.critical", ST_EXPIRING)                                                     \
    X(ST_PENDING, "st.pending", TEXT)                                                              \
    X(ST_ENDED, "st.ended", DIM)                                                                   \
    X(ST_UNKNOWN, "st.unknown", ST_EXPIRING)                                                       \
    X(ST_FAILED, "st.failed", ST_CRITICAL)                                                         \
    X(LEFT_OK, "left.ok", TEXT)                                                                    \
    X(LEFT_WARN, "left.warn", ST_EXPIRING)                                                         \
    X(LEFT_CRIT, "left.crit", ST_CRITICAL)                                                         \
    X(LIFE_FULL, "life.full", ST_ACTIVE)                                                           \
    X(LIFE_EMPTY, "life.empty", DIM)                                                               \
    X(CHIP_INFO, "chip.info", DIM)                                                                 \
    X(CHIP_WARN, "chip.warn", ST_EXPIRING)                                                         \
    X(CHIP_ERROR, "chip.error", ST_CRITICAL)                                                       \
    X(KEY_ON, "key.on", TITLE)                                                                     \
    X(KEY_OFF, "key.off", DIM)                                                                     \
    X(INPUT, "input", TEXT)                                                                        \
    X(DIALOG, "dialog", TEXT)                                                                      \
    X(DANGER, "danger", ST_CRITICAL)                                                               \
    X(BUTTON, "button", TEXT)                                                                      \
    X(FOCUS, "focus", CURSOR)                                                                      \
    X(TOAST, "toast", TITLE)                                                                       \
    X(SECRET_MASK, "secret.mask", DIM)                                                             \
    X(SECRET_SHOWN, "secret.shown", ST_EXPIRING)                                                   \
    X(SPARK, "spark", LIFE_FULL)

#define ROLE_ENUM(name, word, like) ROLE_##name,
enum role { ROLES(ROLE_ENUM) ROLE_COUNT };
#undef ROLE_ENUM

#endif

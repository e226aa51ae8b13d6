#!/bin/sh
# Does tests/layers.sh see what it is there to see? A small house with everything in the wrong room.
. "${SRCDIR:=.}/tests/support/tap.sh"

house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
(
	cd "$house" && mkdir -p api core tui cli gateway tests/support && cp "$SRCDIR/tests/support/tap.sh" tests/support
	printf '#include "core/a.h"\n# include <curl/curl.h>\n#include "error.h"\n' >api/wrong.c
	printf '#include <curl/curl.h>\n#include "api/http.h"\n' >api/http.c
	printf '#include "tui/theme.h"\n#include "tui/list.h"\n' >cli/main.c
	printf '#include <ncursesw/curses.h>\n#include "config.h"\n' >core/wrong.c
	printf '#include "api/model.h"\n#if HAVE\n    pipe2(ends, 0);\n#endif\n    prctl(1);\n' >gateway/wrong.c
	printf 'int initscr(void), tui_run(void), core_run(void);\nint core_run(void) { return initscr() + tui_run(); }\n' >core.c
	printf 'int tui_run(void);\nint tui_run(void) { return 0; }\n' >tui.c
	${CC:-cc} -c core.c tui.c && ar rc core/libcore.a core.o && ar rc tui/libtui.a tui.o
)
report=$(SRCDIR=$house BUILDDIR=$house sh "$SRCDIR/tests/layers.sh")
status=$?

says() {
	case $report in *"$1"*) return 0 ;; esac
	printf '%s\n' "$report"
	return 1
}

silent_about() {
	! says "$1" >/dev/null
}

check "a header of a folder above" says 'api/wrong.c:1 includes "core/a.h"; it may include api/*'
check "a library in the wrong file" says 'api/wrong.c:2 includes curl/curl.h, which only api/http.c'
check "a header not named from the top" says 'api/wrong.c:3 includes "error.h"'
check "a header that only one file may include" says 'cli/main.c:2 includes "tui/list.h"'
check "curses outside tui/" says 'core/wrong.c:1 includes ncursesw/curses.h'
check "config.h" says 'core/wrong.c:2 includes "config.h"'
check "the gateway using api/" says 'gateway/wrong.c:1 includes "api/model.h"; it may include gateway/*'
check "what not every system has" says 'gateway/wrong.c:5 has what not every system has:     prctl(1);'
check "nothing about what stands behind a check" silent_about 'gateway/wrong.c:3'
check "a curses symbol in core/" says 'core/libcore.a needs initscr, which is curses'
check "a symbol of a library above" says 'core/libcore.a needs tui_run, which tui/libtui.a defines'
check "a library that is not built is skipped" says ' - api/libapi.a knows nothing of curses # SKIP'
check "nothing about what is right" silent_about 'api/http.c:'
check "nothing about the one file that may" silent_about 'cli/main.c:1'
check "the exit status counts the failures" test "$status" -eq "$(printf '%s\n' "$report" | grep -c '^not ok')"
tap_end

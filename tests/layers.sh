#!/bin/sh
# Do the arrows between the folders run one way? Reads the #include lines of the sources and the
# undefined symbols of the built libraries, and says in words what broke.
. "${SRCDIR:=.}/tests/support/tap.sh"
set -f

# Which project headers a file may include. A file gets what all fitting lines allow.
folders='
api/*       api/*
core/*      core/* api/*
tui/*       tui/* core/* api/*
cli/*       cli/* core/* api/*
cli/main.c  tui/theme.h
cli/cmd_complete.c  tui/theme.h
cli/cmd_doctor.c  tui/look.h tui/terminal_type.h
cli/cmd_themes.c  tui/terminal_type.h tui/theme.h
cli/configuration.c  tui/app.h
cli/dashboard.[ch]  tui/app.h tui/theme.h
gateway/*   gateway/*
'

# Which headers belong to a few files only.
owned='
curl/*          api/http.c api/http_a*.c api/http_exchange.h api/http_failure.[ch] api/base_url.c
jansson.h       api/decode*.[ch] cli/json.h gateway/*
cli/json.h      cli/json*.c
api/decode_*.h  api/decode*.[ch]
api/http_exchange.h  api/http*.c
api/http_failure.h  api/http*.c
*curses*        tui/terminal_internal.h tui/terminal_type.c
tui/terminal_internal.h  tui/terminal*.c tui/draw.c
term.h          tui/terminal_type.c
libconfig.h     tui/theme.c core/config_internal.h
core/config_internal.h  core/config*.c
pthread.h       api/mailbox.c api/client.c core/clerk.c gateway/*
microhttpd.h    gateway/*
keyutils.h      api/keyring.c
config.h        (nobody:it-is-included-by-the-compiler)
'

# What a library must know nothing of, and the symbols that would tell (extended regular expressions).
strangers='
api/libapi.a    curses
core/libcore.a  curses libcurl jansson
tui/libtui.a    libcurl jansson threads
cli/libcli.a    curses libcurl threads
'
libcurl='curl_.*'
jansson='json_.*|jansson_.*'
threads='pthread_(create|join|mutex_.*|cond_.*)'
curses='initscr|newterm|endwin|(std|cur|new)scr|w?(add|ins)(n?w?str|n?str|ch)|w?(get|get_w)ch'
curses="$curses|w?(refresh|noutrefresh)|doupdate|init_pair|start_color|w?attr_?(on|off|set)|tigetstr"

# Which library must not need what another one defines: the arrow that would run backwards.
backwards='
api/libapi.a    core/libcore.a tui/libtui.a cli/libcli.a
core/libcore.a  tui/libtui.a cli/libcli.a
tui/libtui.a    cli/libcli.a
cli/libcli.a    tui/libtui.a
'

# What not every system has, and so stands behind a check of configure's, with a fallback beside it.
rare='#include <(linux/.*|sys/(epoll|eventfd|inotify|prctl|signalfd|syscall|timerfd)\.h)>'
rare="$rare|(^|[^_[:alnum:]])(close_range|eventfd|explicit_bzero|getrandom|memfd_create|pipe2|ppoll|prctl|unshare)\("

fits() { # text, pattern...
	text=$1
	shift
	for pattern; do
		case $text in $pattern) return 0 ;; esac
	done
	return 1
}

# "FILE LINE HEADER KIND" of every #include; KIND is " or <.
includes() {
	(cd "$SRCDIR" && set +f && grep -n '^ *# *include' api/*.[ch] core/*.[ch] tui/*.[ch] cli/*.[ch] gateway/*.[ch] 2>/dev/null) |
		sed -n 's/^\([^:]*\):\([0-9]*\): *# *include *\(["<]\)\([^">]*\).*/\1 \2 \4 \3/p'
}

# All headers that the files of one line may include, over all lines of `folders`.
allowed() { # file
	while read -r files headers; do
		[ -n "$files" ] && fits "$1" "$files" && printf '%s ' "$headers"
	done <<-END
		$folders
	END
}

check_folder() { # folder
	while read -r file line header kind; do
		fits "$file" "$1/*" && [ "$kind" = '"' ] || continue
		may=$(allowed "$file")
		fits "$header" $may || echo "$file:$line includes \"$header\"; it may include ${may% }"
	done <"$list"
}

check_owned() { # header pattern, files...
	owner=$1
	shift
	while read -r file line header _; do
		fits "$header" "$owner" || continue
		fits "$file" "$@" || echo "$file:$line includes $header, which only $* may"
	done <"$list"
}

symbols() { # nm options, library
	nm $1 "$BUILDDIR/$2" 2>/dev/null | awk 'NF >= 2 && $NF !~ /:$/ { print $NF }' | sort -u
}

check_strangers() { # library, strangers...
	library=$1
	shift
	for stranger; do
		eval "pattern=\$$stranger"
		symbols -u "$library" | grep -xE "$pattern" | sed "s|.*|$library needs &, which is $stranger|"
	done
}

check_backwards() { # library, libraries...
	library=$1
	shift
	for upper; do
		symbols -u "$library" >"$list.needs"
		symbols "-g --defined-only" "$upper" | comm -12 - "$list.needs" | sed "s|.*|$library needs &, which $upper defines|"
	done
}

check_rare() {
	(cd "$SRCDIR" && find api core tui cli gateway -name '*.[ch]' -exec awk -v rare="$rare" '
		FNR == 1 { depth = FILENAME ~ /\.h$/ ? -1 : 0 }
		/^ *# *if/ { depth++ }
		/^ *# *endif/ { depth-- }
		depth == 0 && $1 !~ /^(\/?\*|\/\/)/ && $0 ~ rare {
			print FILENAME ":" FNR " has what not every system has: " $0
		}' {} +)
}

# A check that prints nothing has found nothing.
finds_nothing() {
	found=$("$@")
	[ -z "$found" ] || { echo "$found"; return 1; }
}

# Runs a check for each line of a table: words before the line's own, then the check.
each_line() { # table, words, function
	while read -r first rest; do
		[ -z "$first" ] && continue
		if fits "$first" '*.a' && [ ! -f "$BUILDDIR/$first" ]; then
			skipped "$first $2 $rest" "not built"
		else
			check "$first $2 $rest" finds_nothing "$3" "$first" $rest
		fi
	done <<-END
		$1
	END
}

list=$(mktemp)
trap 'rm -f "$list" "$list.needs"' EXIT
includes >"$list"

ignored() {
	git -C "$SRCDIR" ls-files -ci --exclude-standard
}

check "there are sources to read" test -s "$list"
if [ -e "$SRCDIR/.git" ] && git -C "$SRCDIR" rev-parse >/dev/null 2>&1; then
	check "nothing that is ignored is tracked" finds_nothing ignored
else
	skipped "nothing that is ignored is tracked" "this is no git checkout"
fi
for folder in api core tui cli gateway; do
	check "$folder/ includes only what is below it" finds_nothing check_folder "$folder"
done
check "what not every system has stands behind a check" finds_nothing check_rare
each_line "$owned" "belongs to" check_owned
each_line "$strangers" "knows nothing of" check_strangers
each_line "$backwards" "needs nothing of" check_backwards
tap_end

#!/bin/sh
# One list for each thing: does what people read agree with what the program knows? Help and the
# tables of the manual are printed from the lists; this looks at whether they arrived, and at all
# that is written by hand beside them: prose, README, themes, the makefile.
. "${SRCDIR:=.}/tests/support/tap.sh"
: "${BUILDDIR:=.}"
set -f

# ---- the lists, as their headers have them

# The n-th text between quotation marks of each entry of an X-macro list.
entries() { # header, list, n
	awk -v list="$2" -v n="$3" '
		$1 == "#define" && $2 == list "(X)" { inside = 1; text = "" }
		inside { text = text $0 }
		inside && !/\\$/ { inside = 0 }
		END {
			gsub(/\\/, "", text)
			gsub(/"[ \t]+"/, "", text)
			count = split(text, entry, /[ \t]X\(/)
			for (i = 2; i <= count; i++) {
				split(entry[i], part, "\"")
				print part[2 * n]
			}
		}' "$SRCDIR/$1"
}

options=$(entries core/options.h OPTIONS 1)
commands=$(entries core/command.h COMMANDS 1)
actions=$(entries core/action.h ACTIONS 1)
keys=$(entries core/action.h ACTIONS 2)
statuses=$(entries core/status.h STATUSES 3)
settings=$(entries core/setting.h SETTINGS 1)
codes=$(sed -n '/define EXITS/,/[^\\]$/s/^ *X([A-Z]*, \([0-9]*\),.*/\1/p' "$SRCDIR/core/options.h")

# Settings of ROLES in their order: "NAME LIKE".
roles() {
	sed -n 's/^ *X(\([A-Z_]*\), "[a-z.]*", \([A-Z_]*\)).*/\1 \2/p' "$SRCDIR/core/role.h"
}

# ---- what people read

# A page of the manual with options written as people type them.
page() {
	sed 's/\\-/-/g; s/Fl Fl /--/g; s/Fl -/--/g' "$1"
}

long_options() { # from stdin
	grep -oE '(^|[^-A-Za-z0-9_])--[a-z][a-z-]*' | sed 's/.*--/--/' | sort -u
}

# What is written between backticks.
quoted() { # file
	grep -oE '`[^`]+`' "$SRCDIR/$1" | tr -d '`' | sort -u
}

# A section of a page.
section() { # title
	awk -v title=".Sh $1" '/^\.Sh / { inside = $0 == title } inside'
}

# ---- checks: what they print is wrong

# The lines of the first that are not among those of the second.
missing() { # what is wrong with them, one list, the other
	printf '%s\n' "$2" | while read -r line; do
		[ -z "$line" ] || printf '%s\n' "$3" | grep -qxF -e "$line" || echo "$line $1"
	done
}

finds_nothing() {
	found=$("$@")
	[ -z "$found" ] || { echo "$found"; return 1; }
}

unfilled() {
	grep -n '^@.*@$' "$1"
}

# Each role looks like one before it in the list, so that what looks like what ends somewhere.
later_likes() {
	roles | awk '{ known[$1] } !($2 in known) { print $1 " looks like " $2 ", which comes later" }'
}

twice() { # lines
	printf '%s\n' "$1" | sort | uniq -d
}

# ---- the program's own help and manual

# A list that cannot be read would agree with everything.
short_lists() {
	while read -r name least lines; do
		[ "$lines" -ge "$least" ] || echo "of $name there are $lines"
	done <<-END
		options 13 $(echo "$options" | grep -c .)
		commands 3 $(echo "$commands" | grep -c .)
		actions 20 $(echo "$actions" | grep -c .)
		keys 20 $(echo "$keys" | grep -c .)
		settings 35 $(echo "$settings" | grep -c .)
		statuses 12 $(echo "$statuses" | grep -c .)
		codes 5 $(echo "$codes" | grep -c .)
		roles 30 $(roles | grep -c .)
	END
}
check "the lists can be read" finds_nothing short_lists

if [ -x "$BUILDDIR/leasetop" ]; then
	help=$("$BUILDDIR/leasetop" --help)
	check "--help has every option" finds_nothing missing "is not in --help" \
		"$(printf '%s\n' "$options" | sed 's/^/--/')" "$(printf '%s\n' "$help" | long_options)"
	check "--help has every command" finds_nothing missing "is not in --help" "$commands" \
		"$(printf '%s\n' "$help" | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\).*/\1/p')"
else
	skipped "--help has every option" "leasetop is not built"
	skipped "--help has every command" "leasetop is not built"
fi

manual=$BUILDDIR/man/leasetop.1
if [ -f "$manual" ]; then
	text=$(page "$manual")
	check "leasetop(1) has all its tables" finds_nothing unfilled "$manual"
	check "leasetop(1) has every option" finds_nothing missing "is not in the manual" \
		"$(printf '%s\n' "$options" | sed 's/^/--/')" "$(echo "$text" | section OPTIONS | long_options)"
	check "leasetop(1) has every command" finds_nothing missing "is not in the manual" "$commands" \
		"$(echo "$text" | section COMMANDS | sed -n 's/^\.It Ic \([a-z]*\).*/\1/p')"
	check "leasetop(1) has every action" finds_nothing missing "is not in the manual" "$actions" \
		"$(echo "$text" | section KEYS | sed -n 's/.* Ta Li *\(\\&\)*\([a-z-]*\) Ta .*/\2/p')"
	check "leasetop(1) has every status" finds_nothing missing "is not in the manual" "$statuses" \
		"$(echo "$text" | section 'WHAT IS SHOWN' | sed -n 's/^\.It .* Ta \(.*\) Ta .*/\1/p')"
	chips=$(sed -n '/^} table\[\] = {/,/^};/s/^ *{"\([^"]*\)", ROLE.*/[\1]/p' "$SRCDIR/core/state.c")
	check "leasetop(1) has every chip" finds_nothing missing "is not in the manual" "$chips" \
		"$(echo "$text" | section 'WHAT IS SHOWN' | sed -n 's/^\.It \(\[.*\]\) Ta .*/\1/p')"
	check "leasetop(1) has every exit status" finds_nothing missing "is not in the manual" "$codes" \
		"$(echo "$text" | section 'EXIT STATUS' | sed -n 's/^\.It //p')"
else
	for part in tables option command action status chip "exit status"; do
		skipped "leasetop(1) has every $part" "the page is not built"
	done
fi

page5=$BUILDDIR/man/leasetop.conf.5
if [ -f "$page5" ]; then
	text=$(page "$page5")
	check "leasetop.conf(5) has all its tables" finds_nothing unfilled "$page5"
	check "leasetop.conf(5) has every setting" finds_nothing missing "is not in the manual" "$settings" \
		"$(echo "$text" | sed -n '/^\.Sh SETTINGS/,/^\.Sh PROFILES/s/^\.It Li \([a-z_.]*\) No = .*/\1/p')"
	# Of the tables of columns: a line of a name as it stands there.
	columns=$(sed -n '/^struct columns columns_of/,/^}/s/^ *{\(\.name = \)*"\([a-z]*\)".*/\2/p' \
		"$SRCDIR/core/columns_leases.c" "$SRCDIR/core/columns_runtimes.c" | sort -u)
	check "leasetop.conf(5) has every column" finds_nothing missing "is not in the manual" "$columns" \
		"$(echo "$text" | section COLUMNS | sed -n 's/^\.Li \([a-z]*\).*/\1/p')"
	check "leasetop.conf(5) speaks of no other options" finds_nothing missing "is no option" \
		"$(long_options <<-END
			$text
		END
		)" "$(printf '%s\n' "$options" | sed 's/^/--/')"
else
	for part in tables setting column; do
		skipped "leasetop.conf(5) has every $part" "the page is not built"
	done
fi
if [ -x "$BUILDDIR/leasetop" ]; then
	printed=$("$BUILDDIR/leasetop" --print-config)
	check "--print-config has every setting" finds_nothing missing "is not printed" \
		"$(printf '%s\n' "$settings" | sed 's/.*\.//')" \
		"$(echo "$printed" | sed -n 's/^ *#*\([a-z_]*\) = .*/\1/p')"
	check "--print-config has every action" finds_nothing missing "is not printed" "$actions" \
		"$(echo "$printed" | sed -n 's/^    \([a-z-]*\) = .*/\1/p')"
else
	skipped "--print-config has every setting" "leasetop is not built"
	skipped "--print-config has every action" "leasetop is not built"
fi

source=$SRCDIR/man/leasetop.1.in
if [ -f "$source" ]; then
	check "leasetop(1) speaks of no other options" finds_nothing missing "is no option" \
		"$(page "$source" | long_options)" "$(printf '%s\n' "$options" | sed 's/^/--/')"
	asked=$(cd "$SRCDIR" && grep -ohE 'getenv\("[A-Z_]+"\)|KEY_VARIABLE "[A-Z_]+"' \
		$(set +f; echo api/*.c core/*.c tui/*.c cli/*.c) | grep -oE '"[A-Z_]+"' | tr -d '"' | sort -u)
	told=$(section ENVIRONMENT <"$source" | sed -n 's/^\.It Ev //p' | tr ', ' '\n\n' | grep '^[A-Z]')
	# TERM is everybody's.
	check "leasetop(1) has every variable of the environment" finds_nothing missing \
		"is asked for, but not in the manual" "$(echo "$asked" | grep -vx TERM)" "$told"
	check "leasetop(1) speaks of no other variables" finds_nothing missing "is asked for nowhere" \
		"$told" "$asked"
else
	skipped "leasetop(1) speaks of no other options" "there is no page"
	skipped "leasetop(1) has every variable of the environment" "there is no page"
	skipped "leasetop(1) speaks of no other variables" "there is no page"
fi

# ---- the gateway's page, which is written by hand

if [ -x "$BUILDDIR/leasetop-gateway" ]; then
	gateway=$("$BUILDDIR/leasetop-gateway" --help | long_options)
	told=$(page "$BUILDDIR/man/leasetop-gateway.1" | long_options)
	check "leasetop-gateway(1) has every option" finds_nothing missing "is not in the manual" \
		"$gateway" "$told"
	check "leasetop-gateway(1) speaks of no other options" finds_nothing missing "is no option" \
		"$told" "$gateway"
else
	gateway=
	skipped "leasetop-gateway(1) has every option" "the gateway is not built"
	skipped "leasetop-gateway(1) speaks of no other options" "the gateway is not built"
fi

for one in "$BUILDDIR/man/leasetop.1" "$BUILDDIR/man/leasetop.conf.5" "$BUILDDIR/man/leasetop-gateway.1"; do
	if [ -f "$one" ] && command -v mandoc >/dev/null; then
		check "${one##*/} is good mdoc" mandoc -Tlint -Wwarning "$one"
	else
		skipped "${one##*/} is good mdoc" "there is no page, or no mandoc"
	fi
done

# ---- README and CONTRIBUTING

if [ -n "$gateway" ]; then
	known=$(printf '%s\n' "$options" | sed 's/^/--/'; echo "$gateway"
		grep -oE 'AC_ARG_ENABLE\(\[[a-z]+' "$SRCDIR/configure.ac" |
			sed 's/.*\[\(.*\)/--enable-\1\n--disable-\1/')
	check "README speaks of no other options" finds_nothing missing "is no option" \
		"$(long_options <"$SRCDIR/README.md")" "$known"
else
	skipped "README speaks of no other options" "the gateway is not built"
fi
check "README speaks of no other keys" finds_nothing missing "is the key of no action" \
	"$(quoted README.md | grep -x '[^~]')" "$(echo "$keys" | tr ' ' '\n')"
dev_commands=$(sed -n "/^usage=/,/'\$/s/^  \([a-z]*\) .*/\1/p" "$SRCDIR/dev")
check "README and CONTRIBUTING speak of no other commands of dev" finds_nothing missing \
	"is no command of dev" \
	"$(cat "$SRCDIR/README.md" "$SRCDIR/CONTRIBUTING.md" | grep -oE '\./dev [a-z]+' | sed 's/.* //' | sort -u)" \
	"$dev_commands"

claims_too_much() {
	(cd "$SRCDIR" && set +f && grep -niE '"[^"]*(disconnect|kicked|thrown out|clients? (is|are|was|were) (cut|ended))' \
		core/*.[ch] tui/*.[ch] cli/*.[ch])
}

pointed_at_nothing() {
	quoted CONTRIBUTING.md | grep -E '^[a-z]+/[a-z_./]*$' | while read -r path; do
		[ -e "$SRCDIR/$path" ] || echo "$path is not there"
	done
	grep -oE '`[A-Z]+` in `[a-z/_.]+`' "$SRCDIR/CONTRIBUTING.md" | tr -d '`' |
		while read -r list _ file; do
			grep -q "^#define $list(X)" "$SRCDIR/$file" || echo "$list is not in $file"
		done
}
check "what CONTRIBUTING points at is there" finds_nothing pointed_at_nothing

# ---- roles and themes

check "each role inherits from one before it" finds_nothing later_likes
check "each role has a name of its own" finds_nothing twice "$(entries core/role.h ROLES 1)"
themes=$(cd "$SRCDIR/themes" 2>/dev/null && set +f && ls *.theme 2>/dev/null | sed 's/\.theme$//')
if [ -n "$themes" ]; then
	told=$(entries core/options.h OPTIONS 3 | sed -n 's/^colours: \(.*\), or a file.*/\1/p' | tr -d ' ' | tr ',' '\n')
	check "--theme names every theme" finds_nothing missing "is not named" "$themes" "$told"
	check "--theme names no other" finds_nothing missing "is no theme" "$told" "$themes"
	check "every theme is compiled in" finds_nothing missing "is not in the makefile" "$themes" \
		"$(sed -n '/^THEMES = /,/[^\\]$/p' "$SRCDIR/Makefile.am" | grep -o '[a-z-]*\.theme' | sed 's/\.theme$//')"
else
	for part in "--theme names every theme" "--theme names no other" "every theme is compiled in"; do
		skipped "$part" "there are no themes"
	done
fi

# ---- words: revoking stops new attaches, and what becomes of those there are is not known

check "no text says that somebody was disconnected" finds_nothing claims_too_much

# ---- tests: one that is not in the makefile is none

unlisted_tests() {
	(cd "$SRCDIR" && set +f && ls tests/*/test_*.c tests/*/fuzz_*.c tests/*.sh tests/selftest/*) |
		sed 's/\.c$//' | while read -r test; do
		grep -qE "(^|[[:space:]])$test([[:space:]]|\$)" "$SRCDIR/Makefile.am" || echo "$test is not in Makefile.am"
	done
}
check "every test is in the makefile" finds_nothing unlisted_tests
tap_end

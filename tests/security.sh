#!/bin/sh
# Does SECURITY.md tell the truth about its tests? Each claim names some, each that is named exists, is
# called and is run; and each fuzz target is named.
. "${SRCDIR:=.}/tests/support/tap.sh"

page=$SRCDIR/SECURITY.md

claims() { # rows of tables but their heads
	grep '^|' "$page" | grep -vE '^\| (---|claim \||what \|)'
}

unproven() {
	claims | grep -v '`tests/' | sed 's/$/: no test/'
}

named() {
	grep -oE '`tests/[^`]*`' "$page" | tr -d '`' | sort -u
}

# As the makefile has it: a program without its suffix, a script with it.
runs() { # file
	grep -qE "(^|[[:space:]])${1%.c}([[:space:]]|\$)" "$SRCDIR/Makefile.am"
}

absent() {
	named | while IFS=: read -r file test; do
		if [ ! -f "$SRCDIR/$file" ]; then
			echo "$file is not there"
		elif ! runs "$file"; then
			echo "$file is not run by the makefile"
		elif [ -n "$test" ] && [ "$(grep -cw "$test" "$SRCDIR/$file")" -lt 2 ]; then
			echo "$file has no $test, or does not call it"
		fi
	done
}

unnamed_fuzzers() {
	(cd "$SRCDIR" && ls tests/fuzz/fuzz_*.c tests/gateway/fuzz_*.c) | while read -r file; do
		grep -qF "\`$file\`" "$page" || echo "$file is not in SECURITY.md"
	done
}

seedless_fuzzers() {
	for file in "$SRCDIR"/tests/fuzz/fuzz_*.c; do
		name=${file##*/fuzz_}
		[ -n "$(ls "$SRCDIR/tests/fuzz/seeds/${name%.c}" 2>/dev/null)" ] || echo "${name%.c} has no seeds"
	done
}

# What is said of a lease, a file or a word holds nothing that a terminal obeys: core/say.h.
raw_words() {
	(cd "$SRCDIR" && grep -nE 'fprintf\(stderr.*%s|stderr, *"[^"]*%s|fputs\([^"].*stderr' api/*.c core/*.c cli/*.c tui/*.c) |
		grep -vE '^(core/say.c|cli/cmd_revoke.c):'
}

# Tests of a file that may skip, by themselves or through what they call.
skipping() { # file
	awk '/^[a-z].*\(/ && !/;$/ { match($0, /[a-z_0-9]+\(/); name = substr($0, RSTART, RLENGTH - 1) }
		/^}/ { name = "" }
		/1\.\.1.nok 1 # SKIP/ { whole = 1 }
		name != "" { body[name] = body[name] $0 "\n" }
		END {
			do {
				more = 0
				for (one in body) {
					found = whole || body[one] ~ /skip\(\)|front_http2\(|play_over_tls\(/
					for (other in skips)
						found = found || (other != one && body[one] ~ ("[^a-z_0-9]" other "\\("))
					if (found && !(one in skips))
						skips[one] = more = 1
				}
			} while (more)
			for (one in skips)
				print one
		}' "$SRCDIR/$1"
}

may_skip() { # file, test or nothing
	case $1 in
	*.sh) grep -qE '# SKIP|need\.sh' "$SRCDIR/$1" ;;
	*) [ -n "$2" ] && skipping "$1" | grep -qx "$2" ;;
	esac
}

# A test that is skipped shows nothing. A claim that has no other says what it needs.
silent_needs() {
	needs=$(sed -n '/^## What a test needs/,/^## /p' "$page")
	claims | while read -r claim; do
		alone=yes
		for one in $(echo "$claim" | grep -oE '`tests/[^`]*`' | tr -d '`'); do
			test=${one#*:}
			[ "$test" != "$one" ] || test=
			may_skip "${one%%:*}" "$test" || alone=
		done
		file=${one%%:*}
		[ -z "$alone" ] || case $needs in *"\`$file\`"*) ;; *) echo "$one may be skipped, and stands alone" ;; esac
	done
}

finds_nothing() {
	found=$("$@")
	[ -z "$found" ] || { echo "$found"; return 1; }
}

check "there are claims to look at" test "$(claims | wc -l)" -ge 30
check "each claim names a test" finds_nothing unproven
check "each test that is named is there and is run" finds_nothing absent
check "what a claim needs that is shown by nothing else is told" finds_nothing silent_needs
check "each fuzz target is named" finds_nothing unnamed_fuzzers
check "what is said on standard error is cleaned" finds_nothing raw_words
check "each fuzz target has seeds" finds_nothing seedless_fuzzers
tap_end

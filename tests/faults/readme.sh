#!/bin/sh
# Are the tables in README.md those that the tests are made of? UPDATE_README=1 writes them.
. "${SRCDIR:=.}/tests/support/tap.sh"

readme=$SRCDIR/tests/faults/README.md
[ -x "$BUILDDIR/tests/faults/test_faults" ] || { echo "1..0 # SKIP the tests are not built"; exit 0; }

# The page with what stands between a mark and its end printed anew by the program that it names.
printed() {
	sed '/^<!-- test_/,/^<!-- end/{/^<!--/!d}' "$readme" | while IFS= read -r line; do
		printf '%s\n' "$line"
		case $line in
		'<!-- test_'*) "$BUILDDIR/tests/faults/$(echo "$line" | tr -dc a-z_)" --list ;;
		esac
	done
}

if [ -n "${UPDATE_README:-}" ]; then
	new=$(printed) && printf '%s\n' "$new" >"$readme"
fi
check "README.md has the tables of the tests" sh -c 'diff -u "$1" -' - "$readme" <<END
$(printed)
END
tap_end

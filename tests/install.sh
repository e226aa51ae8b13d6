#!/bin/sh
# What `make install` puts where, that it runs there, and that `make uninstall` leaves nothing of it.
. "${SRCDIR:=.}/tests/support/tap.sh"
: "${BUILDDIR:=.}"
PREFIX=/opt/leasetop

root=$(mktemp -d "${TMPDIR:-/tmp}/leasetop-test-XXXXXX") || exit 1
trap 'rm -rf "$root"' EXIT
at=$root$PREFIX

# Not the makefile's own make: neither its jobs nor what it was told.
make_it() { # target
	(unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
		make -C "$BUILDDIR" "$1" DESTDIR="$root" prefix=$PREFIX 2>&1)
}

files() {
	(cd "$root" && find . ! -type d | sed 's/^\.//' | sort)
}

# What anybody expects of a program that is installed.
expected() {
	echo $PREFIX/bin/leasetop
	echo $PREFIX/share/man/man1/leasetop.1
	echo $PREFIX/share/man/man5/leasetop.conf.5
	echo $PREFIX/share/applications/leasetop.desktop
	echo $PREFIX/share/icons/hicolor/scalable/apps/leasetop.svg
	(cd "$SRCDIR/themes" && ls -- *.theme) | sed "s|^|$PREFIX/share/leasetop/themes/|"
	[ ! -x "$BUILDDIR/leasetop-gateway" ] ||
		printf '%s\n' $PREFIX/bin/leasetop-gateway $PREFIX/share/man/man1/leasetop-gateway.1
}

has_all() {
	expected | while read -r file; do
		[ -e "$root$file" ] || echo "$file is not there"
	done | { ! grep .; }
}

# Each shell finds a completion by its file's name, in a folder that configure may be told.
completes() {
	for program in leasetop $([ ! -x "$BUILDDIR/leasetop-gateway" ] || echo leasetop-gateway); do
		for name in "completions/$program" "_$program" "$program.fish"; do
			files | grep -q "/$name\$" || { echo "there is no $name"; return 1; }
		done
	done
}

# Else it would not be found again, or be in the way of somebody else's.
is_named() {
	files | grep -v "^$PREFIX/.*leasetop" | { ! grep .; }
}

knows_no_other_place() {
	! grep -rl -e "$root" "$at"
}

runs() {
	(cd / && "$at/bin/leasetop" --version && "$at/bin/leasetop" --help >/dev/null) | grep '^leasetop [0-9]'
}

shows_demo() {
	(cd / && env -i PATH=/usr/bin:/bin HOME="$root" LC_ALL=C.UTF-8 "$at/bin/leasetop" --demo --once) |
		grep checkout
}

can_be_opened() { # desktop entry
	[ -x "$at/bin/$(sed -n 's/^Exec=//p' "$1")" ] &&
		ls "$at"/share/icons/hicolor/*/apps/"$(sed -n 's/^Icon=//p' "$1")".*
}

leaves_nothing() {
	! (cd "$root" && find .) | grep -vxE "\.|\./opt|\.$PREFIX(/bin|/share)?"
}

if [ ! -x "$BUILDDIR/leasetop" ]; then
	skipped "make install" "leasetop is not built"
	tap_end
fi
check "make install, with DESTDIR and prefix" make_it install
check "all is there" has_all
check "each shell finds its completions" completes
check "all is below the prefix, and named after the program" is_named
check "nothing that is installed knows where it was put meanwhile" knows_no_other_place
check "the installed program runs" runs
if [ -x "$at/bin/leasetop-gateway" ]; then
	check "it finds the gateway beside it" shows_demo
else
	skipped "it finds the gateway beside it" "the gateway is not built"
fi
entry=$at/share/applications/leasetop.desktop
check "the desktop entry names a program and an icon that are there" can_be_opened "$entry"
if command -v desktop-file-validate >/dev/null; then
	check "the desktop entry is valid" desktop-file-validate "$entry"
else
	skipped "the desktop entry is valid" "there is no desktop-file-validate"
fi
check "make install a second time" make_it install
check "make uninstall" make_it uninstall
check "nothing is left" leaves_nothing
tap_end

#!/bin/sh
# Do the scripts of README.md do what they say? Each line of its section runs here before a gateway.
. "${SRCDIR:=.}/tests/support/tap.sh"
: "${BUILDDIR:=.}"

if [ ! -x "$BUILDDIR/leasetop" ] || [ ! -x "$BUILDDIR/leasetop-gateway" ]; then
	skipped "the scripts of README.md" "leasetop or its gateway is not built"
	tap_end
fi

place=$(mktemp -d "${TMPDIR:-/tmp}/leasetop-test-XXXXXX") || exit 1
mkfifo "$place/until"
(cd "$place" && BCTRL_API_KEY=bctrl_readme_1234567890 exec "$BUILDDIR/leasetop-gateway" --demo --port 0 \
	--until-eof <until >listening 2>said) &
exec 3>"$place/until"
watcher=
trap 'exec 3>&-; [ -z "$watcher" ] || kill "$watcher"; wait; rm -rf "$place"' EXIT

within() { # tries of 50 ms, command...
	tries=$1
	shift
	while ! "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.05
	done
}

# What stands at the side of the program: a client of the DevTools protocol, and a clipboard.
tool() { # name, lines
	printf '#!/bin/sh\n%s\n' "$2" >"$place/$1"
	chmod +x "$place/$1"
}
tool node 'echo "$1 $LEASETOP_ENDPOINT" >attached'
tool wl-copy 'cat >copied'
mkdir -p "$place/.config/leasetop" && echo 'interval = "1s";' >"$place/.config/leasetop/leasetop.conf"
tool leasetop "exec '$BUILDDIR/leasetop' \"\$@\""

within 600 grep -q listening "$place/listening" || { cat "$place/said"; exit 1; }
export BCTRL_API_URL="$(sed -n 's/^listening on //p' "$place/listening")"
export PATH="$place:$PATH" HOME="$place" XDG_STATE_HOME="$place" WAYLAND_DISPLAY=none LC_ALL=C.UTF-8
unset TMUX SSH_CONNECTION SSH_TTY XDG_CONFIG_HOME XDG_RUNTIME_DIR

# The first lines that are no picture's and no js: those with the key to export, and what follows.
scripts() {
	awk '/^```/ { inside = !inside; next } inside && /^export BCTRL_API_KEY/ { found = 1 }
		inside && found { print } !inside && found { exit }' "$SRCDIR/README.md"
}

runs() { # line
	(cd "$place" && export BCTRL_API_KEY=bctrl_readme_1234567890 && eval "$1" </dev/null)
}

holds() { # file, words
	grep -q "$2" "$place/$1" || { cat "$place/$1"; return 1; }
}

scripts | sed 's/ *#.*//' >"$place/lines"
check "there are lines to run" test "$(grep -c leasetop "$place/lines")" -ge 8
while read -r line <&4; do
	case $line in
	export*) ;; # its dots are no key
	*watch*)
		(cd "$place" && export BCTRL_API_KEY=bctrl_readme_1234567890 && eval "exec $line") &
		watcher=$!
		;;
	*jq*)
		if command -v jq >/dev/null; then check "$line" runs "$line"; else skipped "$line" "there is no jq"; fi
		;;
	*) check "$line" runs "$line" ;;
	esac
done 4<"$place/lines"

# What a person is told to install is what tests/browser attaches with.
pinned() {
	version=$(sed -n 's/.*"playwright-core": "\([0-9.]*\)".*/\1/p' "$SRCDIR/tests/browser/package.json")
	[ -n "$version" ] && grep -qF "npm install playwright-core@$version" "$SRCDIR/README.md"
}

# A package has it, too, with all that it points to.
links_hold() {
	sed -n 's/.*](\([^)#:]*\)).*/\1/p' "$SRCDIR/README.md" | while read -r file; do
		[ -e "$SRCDIR/$file" ] || echo "there is no $file"
		[ ! -d "$SRCDIR/debian" ] || grep -qF "$file" "$SRCDIR/debian/leasetop.docs" ||
			grep -qF "cp -a ${file%/*} " "$SRCDIR/debian/rules" || echo "the package has no $file"
	done | { ! grep .; }
}

# It tells of what changes after its first look, whenever that is.
is_told() {
	runs 'leasetop create acme-ops/checkout --quiet' && grep -q '^{.*checkout' "$place/leases.log"
}
check "leasetop watch --jsonl tells of it" within 600 is_told
check "--copy copied it" holds copied '^ws://'
check "what it points to is there" links_hold
check "the client to install is the one that is tested" pinned
check "--exec ran with it" holds attached '^attach.mjs ws://'
tap_end

#!/bin/sh
# The examples of the man pages do what they say: each is run as it stands there, against a gateway
# with the fleet that they speak of.
. "${SRCDIR:=.}/tests/support/tap.sh"

if [ ! -x "$BUILDDIR/leasetop-gateway" ] || ! command -v jq >/dev/null; then
	skipped "examples" "there is no leasetop-gateway, or no jq"
	tap_end
fi
. "$SRCDIR/tests/support/fleet.sh"
cd "$fleet" || exit 1

# What a person has who follows them.
mkdir -p bin
(umask 077 && echo "$BCTRL_API_KEY" >"$HOME/.config/bctrl.key")
printf '#!/bin/sh\n[ "$1" = scrape.js ] && [ -n "$LEASETOP_ENDPOINT" ]\n' >bin/node
chmod +x bin/node
PATH=$fleet/bin:$PATH

examples() { # page
	awk '/^\.Sh / { inside = $0 == ".Sh EXAMPLES" } inside' "$1" |
		sed "s/\\\\-/-/g; s/\\\\(aq/'/g; s/\\\\(dq/\"/g; s/\\\\(ti/~/g"
}

# Each ends well, and says something, but for those that keep what there is to say.
run_example() { # line
	$limit sh -ec "$1" >said 2>errors </dev/null || {
		echo "it ended with $?:"
		cat said errors
		return 1
	}
	[ ! -s errors ] || { cat errors; return 1; }
	case $1 in
	*'>>'* | *--exec* | *=\$\(*) ;;
	*) [ -s said ] || { echo "it said nothing"; return 1; } ;;
	esac
}

fleet_start --demo || exit 1

examples "$BUILDDIR/man/leasetop.1" | sed -n 's/^\.Dl //p' >lines
while read -r line; do
	check "leasetop(1): $line" run_example "$line"
done <lines
check "there were some" test "$(wc -l <lines)" -gt 7
check "what was revoked is on record" sh -c 'jq -es "length > 1 and all(.outcome == \"done\")" <revoked.jsonl'

# The configuration, with the key file that it names.
configuration() {
	examples "$BUILDDIR/man/leasetop.conf.5" | sed -n '/^\.Bd/,/^\.Ed/{/^\./!p;}' >leasetop.conf
	[ -s leasetop.conf ] && leasetop --config leasetop.conf --check-config >said 2>&1 || {
		cat said
		return 1
	}
	[ ! -s said ]
}
check "leasetop.conf(5): the example is right" configuration

# Lines that are typed; but on a port that is free, and with an end.
typed() {
	port=$(leasetop-gateway --port 0 --until-eof </dev/null 2>/dev/null | sed 's/.*://')
	examples "$BUILDDIR/man/leasetop-gateway.1" | sed -n 's/^\$ //p' |
		sed "s/8787/$port/; s/ &\$/ --port $port >ready \&/" >script
	[ "$(wc -l <script)" -ge 3 ] || { echo "no lines"; return 1; }
	mkfifo ready
	sed 's/^leasetop$/exec 3<ready; read -r line <\&3; leasetop; code=$?/' script >paced
	echo 'kill $!; exit $code' >>paced
	$limit sh paced >said 2>&1 </dev/null && grep -q checkout said || { cat said; return 1; }
}
check "leasetop-gateway(1): the example shows a fleet" typed

tap_end

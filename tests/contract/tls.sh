#!/bin/sh
# Is a server asked to prove who it is, and is what is wrong with its proof said in words? Its
# certificates are in certificates/, with the script that made them. Needs node.
. "${SRCDIR:=.}/tests/support/tap.sh"

here=$SRCDIR/tests/contract
client=$BUILDDIR/tests/contract/create
command -v node >/dev/null || { echo "1..0 # SKIP no node"; exit 0; }
[ -x "$client" ] || { echo "1..0 # SKIP tests/contract/create is not built"; exit 0; }

folder=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 99' TERM INT HUP
cd "$here/certificates" || exit 99
mkfifo "$folder/says"
node "$here/tls.mjs" key.pem good=good.pem http2=good.pem other-host=other-host.pem \
	expired=expired.pem early=early.pem self-signed=self-signed.pem \
	>"$folder/says" 2>"$folder/requests" </dev/null &
server=$!
while read -r line && [ "$line" != ready ]; do
	echo "$line"
done <"$folder/says" >"$folder/urls"

# A create of the client's; what it says stands in $folder/said.
create() { # server, CA file or nothing
	url=$(sed -n "s/^$1 //p" "$folder/urls")
	CA_FILE=$2 BCTRL_API_KEY=bctrl_for_tests_only "$client" "$url" space runtime >"$folder/said" 2>&1
}

# A trusted one is spoken to.
trusted() { # what, server
	create "$2" ca.pem
	check "$1" grep -q '^3f9c21aa-.* websocket$' "$folder/said"
	explain <"$folder/said"
}

# Another is told nothing, and a sentence says why.
refused() { # what, server, CA file or nothing, words
	before=$(wc -l <"$folder/requests")
	create "$2" "$3"
	check "$1" grep -qx "the server's certificate $4" "$folder/said"
	explain <"$folder/said"
	check "and it is told nothing" test "$(wc -l <"$folder/requests")" -eq "$before"
}

trusted "a certificate of a CA that is trusted" good
trusted "HTTP/2, where that is offered" http2
check "each create arrived once" test "$(grep -c 'POST' "$folder/requests")" -eq 2
refused "a CA that nobody trusts" good "" \
	"is signed by an unknown CA: trust it with --ca-file"
refused "a certificate that is its own CA" self-signed "" \
	"is signed by itself: trust it with --ca-file"
refused "for another host" other-host ca.pem "is for another host"
refused "expired" expired ca.pem "has expired"
refused "not valid yet" early ca.pem "is not valid yet"
tap_end

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
node "$here/tls.mjs" key.pem ca.pem good=good.pem http2=good.pem \
	refusing=good.pem failing=good.pem other-host=other-host.pem \
	expired=expired.pem early=early.pem self-signed=self-signed.pem demands=good.pem \
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
trusted "a server that offers HTTP/2" http2
check "which is taken for what may be asked again" grep -qx 'http2 GET 2.0' "$folder/requests"
check "each create arrived once" test "$(grep -c 'POST' "$folder/requests")" -eq 2
check "by HTTP/1.1, for no library sends that again by itself" \
	test "$(grep -c 'POST 1.1' "$folder/requests")" -eq 2
refused "a CA that nobody trusts" good "" \
	"is signed by an unknown CA: trust it with --ca-file"
refused "a certificate that is its own CA" self-signed "" \
	"is signed by itself: trust it with --ca-file"
refused "for another host" other-host ca.pem "is for another host"
refused "expired" expired ca.pem "has expired"
refused "not valid yet" early ca.pem "is not valid yet"

# ---- a server that wants to know who asks

# The private parts as people keep them; in the repository everybody may read them.
install -m 600 key.pem "$folder/own.key"
install -m 600 ca.pem "$folder/none.key"
cat client.pem key.pem >"$folder/both.pem"
chmod 600 "$folder/both.pem"

# One list of leasetop's; what it says stands in $folder/said, and its exit status is its own.
ask() { # server, option...
	url=$(sed -n "s/^$1 //p" "$folder/urls")
	shift
	BCTRL_API_KEY=bctrl_for_tests_only "$BUILDDIR/leasetop" --once --api-url "$url" \
		--ca-file ca.pem "$@" >"$folder/said" 2>&1 </dev/null
}

# ---- a server of HTTP/2 that refuses, which makes libraries send again and again

ask refusing
check "refused by HTTP/2 it is asked once more, by HTTP/1.1" test $? -eq 0
check "and once" test "$(grep '^refusing' "$folder/requests" | tr '\n' ' ')" = \
	"refusing GET 2.0 refusing GET 1.1 "
ask failing
check "where that fails, too, it is not read" grep -qF "closed without an answer" "$folder/said"
explain <"$folder/said"
check "nor asked again" test "$(grep -c '^failing' "$folder/requests")" -eq 2

welcomed() { # what, option...
	what=$1
	shift
	ask demands "$@"
	check "$what" test $? -eq 0
	explain <"$folder/said"
}

# Either it is not even asked, or it refuses before it has heard anything.
turned_away() { # what, words, option...
	what=$1 words=$2
	shift 2
	before=$(wc -l <"$folder/requests")
	ask demands "$@" && echo "it was welcomed" >"$folder/said"
	check "$what" grep -qF "$words" "$folder/said"
	explain <"$folder/said"
	check "and nothing is answered" test "$(wc -l <"$folder/requests")" -eq "$before"
}

welcomed "a client certificate and its key" --client-cert client.pem --client-key "$folder/own.key"
welcomed "both in one file" --client-cert "$folder/both.pem"
ask good --client-cert "$folder/both.pem"
check "a server that does not want one" test $? -eq 0
turned_away "no client certificate" "the server wants a client certificate"
turned_away "a certificate without its key" "cannot be used" \
	--client-cert client.pem --client-key "$folder/none.key"

# Another server, because node closes the connection without saying why.
if command -v openssl >/dev/null; then
	openssl s_server -accept 127.0.0.1:0 -naccept 1 -www -cert good.pem -key key.pem -CAfile ca.pem \
		-Verify 1 -verify_return_error >"$folder/openssl" 2>&1 </dev/null &
	port=
	while [ -z "$port" ] && kill -0 $! 2>/dev/null; do
		port=$(sed -n 's/^ACCEPT 127.0.0.1://p' "$folder/openssl")
	done
	echo "stranger https://127.0.0.1:$port" >>"$folder/urls"
	ask stranger --client-cert self-signed.pem --client-key "$folder/own.key"
	check "one that the server does not know" grep -qF \
		"the server does not accept the client certificate" "$folder/said"
	explain <"$folder/said"
	openssl pkcs8 -topk8 -in key.pem -out "$folder/locked.key" -passout pass:secret
	chmod 600 "$folder/locked.key"
	turned_away "a key with a pass phrase, which is not asked for" "cannot be used" \
		--client-cert client.pem --client-key "$folder/locked.key"
else
	skipped "one that the server does not know" "no openssl"
	skipped "a key with a pass phrase, which is not asked for" "no openssl"
fi

refused_at_once() { # what, words, option...
	what=$1 words=$2
	shift 2
	ask demands "$@"
	check "$what" test $? -eq 2
	check "and the sentence says so" grep -qF "$words" "$folder/said"
}

install -m 644 key.pem "$folder/shared.key"
refused_at_once "a key that others may read" "may be read by others" \
	--client-cert client.pem --client-key "$folder/shared.key"
install -m 644 "$folder/both.pem" "$folder/shared.pem"
refused_at_once "a certificate with a key that others may read" "may be read by others" \
	--client-cert "$folder/shared.pem"
refused_at_once "no such certificate" "cannot be read" --client-cert "$folder/nowhere.pem"
refused_at_once "no such key" "cannot be opened" \
	--client-cert client.pem --client-key "$folder/nowhere.key"
tap_end

#!/bin/sh
# Is the environment's proxy asked where it should be, and told nothing but whom to connect to? The
# proxies are tests/contract/proxy.mjs, which write down all that passes. Needs node.
. "${SRCDIR:=.}/tests/support/tap.sh"

here=$SRCDIR/tests/contract
client=$BUILDDIR/tests/contract/create
key=bctrl_for_tests_only_proxy
command -v node >/dev/null || { echo "1..0 # SKIP no node"; exit 0; }
[ -x "$client" ] || { echo "1..0 # SKIP tests/contract/create is not built"; exit 0; }

folder=$(mktemp -d)
servers=
trap 'kill $servers 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 99' TERM INT HUP
cd "$here/certificates" || exit 99
: >"$folder/urls"

# Starts one of the two and adds its urls; what it hears goes into a file.
start() { # file, program, argument...
	file=$1
	shift
	rm -f "$folder/says"
	mkfifo "$folder/says"
	node "$@" >"$folder/says" 2>"$file" </dev/null &
	servers="$servers $!"
	while read -r line && [ "$line" != ready ]; do
		echo "$line"
	done <"$folder/says" >>"$folder/urls"
}

url() { # name
	sed -n "s/^$1 //p" "$folder/urls"
}

port() { # name
	url "$1" | sed 's/.*://'
}

heard=$folder/heard
start "$folder/requests" "$here/tls.mjs" key.pem ca.pem good=good.pem elsewhere=other-host.pem \
	dateless=other-host.pem
start "$heard" "$here/proxy.mjs" "tunnel=$(port elsewhere)" "timeless=$(port dateless)" \
	"impostor=$(port good)" "guard="

# What `create` and `leasetop` say stands in $folder/said.
create() { # url, VARIABLE=VALUE...
	where=$1
	shift
	env CA_FILE=ca.pem BCTRL_API_KEY=$key "$@" "$client" "$where" space runtime >"$folder/said" 2>&1
}

ask() { # option of --once, url, VARIABLE=VALUE...
	how=$1 where=$2
	shift 2
	env BCTRL_API_KEY=$key "$@" "$BUILDDIR/leasetop" "$how" --timeout 5 --api-url "$where" \
		--ca-file ca.pem >"$folder/said" 2>&1 </dev/null
}

said() { # words
	grep -qF "$1" "$folder/said"
}

requests() {
	wc -l <"$folder/requests"
}

reveals() { # words
	grep -qaF "$1" "$heard"
}

# ---- through it

create https://elsewhere.test "https_proxy=$(url tunnel)"
check "another machine is reached through the proxy" said "3f9c21aa"
explain <"$folder/said"
check "which is told its name" reveals "tunnel CONNECT elsewhere.test:443"
check "and lets one create through" test "$(grep -c POST "$folder/requests")" -eq 1
create https://elsewhere.test "HTTPS_PROXY=$(url tunnel)"
check "its name may be in capitals" said "3f9c21aa"
create https://elsewhere.test "ALL_PROXY=$(url tunnel)"
check "or be that of all proxies" said "3f9c21aa"
ask --json https://elsewhere.test "https_proxy=$(url timeless)"
check "its idea of the time is not the server's" said '"asOf": null'

# ---- it gets in the way

before=$(requests)
create https://elsewhere.test "https_proxy=$(url guard)"
status=$?
check "a proxy that lets nobody through" said "the proxy refuses, with HTTP 407"
check "so that it is sure that nothing was made" test "$status" -eq 1
create https://elsewhere.test "https_proxy=$(url impostor)"
check "a proxy that leads to somebody else" said "the server's certificate is for another host"
create https://elsewhere.test https_proxy=http://127.0.0.1:1
check "a proxy that is not there" said "the connection is refused"
check "no server was asked meanwhile" test "$(requests)" -eq "$before"

# ---- past it

forget() {
	before=$(wc -c <"$heard")
}

unasked() {
	test "$(wc -c <"$heard")" -eq "$before"
}

forget
create "$(url good)" "https_proxy=$(url impostor)" "http_proxy=$(url impostor)" \
	"ALL_PROXY=$(url impostor)"
check "this machine is asked directly" said "3f9c21aa"
check "the proxy hears nothing of it" unasked
for variable in no_proxy NO_PROXY; do
	for list in elsewhere.test "here.test, .test" "*"; do
		ask --once https://elsewhere.test "https_proxy=$(url tunnel)" "$variable=$list"
		check "$variable=$list" said "the name of the host"
		explain <"$folder/said"
		check "the proxy hears nothing of it" unasked
	done
done
ask --once http://elsewhere.test "http_proxy=$(url tunnel)"
check "plain http would show it the key, and is refused" said "plain http to another machine"
check "the proxy hears nothing of it" unasked

# ---- all in all

whole() {
	! reveals "$key" && ! reveals Bearer && ! reveals shown-once
}
check "no proxy ever saw a key or an endpoint" whole
tap_end

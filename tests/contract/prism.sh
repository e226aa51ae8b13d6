#!/bin/sh
# Does a create fit the vendor's own OpenAPI document? The gateway's answers and the client's
# requests go through prism, a proxy that holds both against connections.openapi.yaml. Needs node
# and `npm ci` in this folder, which `./dev check` does.
. "${SRCDIR:=.}/tests/support/tap.sh"

here=$SRCDIR/tests/contract
prism=$here/node_modules/.bin/prism
skip() { # why
	echo "1..0 # SKIP $1"
	exit 0
}
command -v node >/dev/null || skip "no node"
[ -x "$prism" ] || skip "no prism: npm ci --prefix tests/contract"
[ -x "$BUILDDIR/leasetop-gateway" ] || skip "leasetop-gateway is not built"

BCTRL_API_KEY=bctrl_for_tests_only
export BCTRL_API_KEY
folder=$(mktemp -d)
servers=
trap 'kill $servers 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 99' TERM INT HUP

# Starts a server and waits for the line that says where it listens: $url.
start() { # name, command...
	name=$1
	shift
	url=
	mkfifo "$folder/$name"
	"$@" >"$folder/$name" 2>"$folder/$name.errors" </dev/null &
	servers="$servers $!"
	exec 3<"$folder/$name"
	while [ -z "$url" ] && read -r line <&3; do
		case $line in *"listening on http://"*) url=http://${line##*http://} ;; esac
	done
	cat <&3 >"$folder/$name.log" &
	exec 3<&-
	[ -n "$url" ] && return
	echo "Bail out! $name does not start"
	explain <"$folder/$name.errors"
	exit 99
}

start_prism() { # name, url of the server behind it
	start "$1" "$prism" proxy "$here/connections.openapi.yaml" "$2" \
		--errors --host 127.0.0.1 --port 0
}

ask() { # method, url, [body]
	method=$1 target=$2
	shift 2
	node "$here/ask.mjs" "$method" "$target" "$folder/body" "$@"
}

ids() { # of what was answered last
	grep -o '"id":"[^"]*"' "$folder/body" | cut -d '"' -f 4
}

create() { # url, runtime, body
	ask POST "$1/v1/spaces/$space/runtimes/$2/connections" "$3"
}

is() { # what, expected, seen
	if [ "$2" = "$3" ]; then
		passed "$1"
	else
		failed "$1"
		printf 'expected %s\nand saw  %s\n' "$2" "$3" | explain
	fi
}

start gateway "$BUILDDIR/leasetop-gateway" --port 0 --fleet 3x1
gateway=$url
start_prism proxy "$gateway"
proxy=$url
ask GET "$gateway/v1/spaces" >/dev/null
space=$(ids)
ask GET "$gateway/v1/spaces/$space/runtimes" >/dev/null
runtimes=$(ids)

for runtime in $runtimes; do
	for body in '{"protocol":"cdp"}' '{"protocol":"cdp","ttlSeconds":900}' \
		'{"protocol":"cdp","options":{"any":["value",1,null]}}'; do
		is "a create is answered as the document says: $body" '200 -' \
			"$(create "$proxy" "$runtime" "$body")"
	done
done

# Would a violation be seen?
for body in '{}' '{"protocol":"telnet"}' '{"protocol":"cdp","ttlSeconds":"900"}'; do
	is "a request that does not fit is seen: $body" '422 -' "$(create "$proxy" "$runtime" "$body")"
	check "and is a violation" grep -q '"validation":\[{"location":\["body"' "$folder/body"
done
start wrong node "$here/wrong.mjs"
start_prism proxy-of-wrong "$url"
answer=$(create "$url" "$runtime" '{"protocol":"cdp"}')
is "an answer that does not fit is seen" 500 "${answer%% *}"
check "and is a violation" grep -q "must have required property 'endpoint'" "$folder/body"
check "and said in the header that is absent above" test "${answer#* }" != -

# The client's own requests.
client() { # [ttl, [options]]
	made=$("$BUILDDIR/tests/contract/create" "$proxy" "$space" "$runtime" "$@" 2>"$folder/client")
	is "the client's create fits: $*" "${made%% *} websocket" "$made"
	explain <"$folder/client"
	ask GET "$gateway/v1/spaces/$space/runtimes/$runtime/connections" >/dev/null
	check "and the gateway has it" grep -q "\"id\":\"${made%% *}\"" "$folder/body"
}
client
client 900
client 60 '{"any":{"value":[true,null]}}'
is "one that was there, three asked for here, three by the client" 7 "$(ids | wc -l)"
tap_end

# fleet: a gateway of its own for a test script, and a home for who asks it; to be read in with `.`
# after tap.sh. `fleet_start OPTION...` begins; all ends with the script.

fleet=$(mktemp -d)
HOME=$fleet/home
PATH=$BUILDDIR:$PATH
LC_ALL=C.UTF-8
BCTRL_API_KEY=bctrl_of_a_script
export HOME PATH LC_ALL BCTRL_API_KEY
unset XDG_CONFIG_HOME XDG_STATE_HOME NO_COLOR DISPLAY WAYLAND_DISPLAY TMUX
mkdir -p "$HOME/.config/leasetop"

fleet_end() {
	[ -z "$fleet_gateway" ] || kill "$fleet_gateway" 2>/dev/null
	[ -z "$fleet_gateway" ] || "$BUILDDIR/tests/support/forget" "${BCTRL_API_URL##*:}" 2>/dev/null || :
	rm -rf "$fleet"
}
fleet_gateway=
trap fleet_end EXIT

# Not for ever, where there is something to see to that.
limit=
! command -v timeout >/dev/null || limit='timeout 60'

# Waits until the file has a line with this, for as long as a busy machine needs.
await() { # pattern, file
	for _ in $(seq 600); do
		! grep -q -e "$1" "$2" 2>/dev/null || return 0
		sleep 0.1
	done
	echo "$1 never came:"
	cat "$2"
	return 1
}

fleet_start() { # options of the gateway
	leasetop-gateway --port 0 "$@" >"$fleet/gateway" 2>&1 </dev/null &
	fleet_gateway=$!
	await '^listening on' "$fleet/gateway" || return 1
	BCTRL_API_URL=$(sed -n 's/^listening on //p' "$fleet/gateway")
	export BCTRL_API_URL
}

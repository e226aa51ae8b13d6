#!/bin/sh
# Takes pictures of the dashboard into $BUILDDIR/screenshots/, as SVG and, with rsvg-convert, as PNG.
# `./dev screenshots` calls it. What is taken is the data below; words given select by name.
set -eu
: "${SRCDIR:=.}" "${BUILDDIR:=build}"

# Every one of these with every other: columns x rows, theme:background, state.
sizes='140x40 80x24 40x10'
themes='default:dark default:light light:light mono:dark'
states='live loading offline unauthorised'

# The text that says that a state is on the screen, at any size.
live=checkout
loading=loading
offline=offline
unauthorised=unauthorised

# Single ones: name, size, theme:background, state, keys, text to wait for (nothing: -). The first is
# the README's: man/pictures/dashboard.png.
singles='
dashboard 112x27  default:dark  live  n<Enter> held
details   140x40  default:dark  live  <Enter>  -
runtimes  140x40  default:dark  live  2        -
help      80x24   default:dark  live  ?        -
create    80x24   default:dark  live  n        -
confirm   80x24   default:dark  live  x        -
'

folder=$BUILDDIR/screenshots
mkdir -p "$folder"
failures=0

# A gateway whose key nobody has, for the state unauthorised.
"$BUILDDIR/leasetop-gateway" --demo --port 0 >"$folder/gateway.log" 2>/dev/null &
gateway=$!
trap 'kill $gateway 2>/dev/null' EXIT
until gateway_url=$(sed -n 's/^listening on //p' "$folder/gateway.log") && [ -n "$gateway_url" ]; do
	kill -0 $gateway 2>/dev/null || { echo "screenshots: no gateway" >&2; exit 1; }
	sleep 0.1
done

# What is run for a state; URL is the address of a server that never answers (shoot -s).
arguments() { # state
	case $1 in
	live) echo "--demo" ;;
	loading) echo "--api-url URL" ;;
	offline) echo "--api-url http://127.0.0.1:9" ;;
	unauthorised) echo "--api-url $gateway_url" ;;
	esac
}

shoot() { # name, size, theme:background, state, keys, text
	eval "shown=\$$4"
	set -- "$1" "$2" "$3" "$4" "$5" "$6" "$folder/$1.svg"
	echo "$1"
	"$BUILDDIR/tests/support/shoot" -c "${2%x*}" -r "${2#*x}" -b "${3#*:}" -s -o "$7" \
		-e BCTRL_API_KEY=bctrl_picture -w "$shown" ${5:+-k "$5"} ${6:+-w "$6"} -p 300 \
		-- "$BUILDDIR/leasetop" --theme "${3%:*}" $(arguments "$4") || failures=$((failures + 1))
	! command -v rsvg-convert >/dev/null || rsvg-convert "$7" -o "${7%.svg}.png"
}

wanted() { # name
	[ -z "$selection" ] && return
	for word in $selection; do
		case $1 in *"$word"*) return 0 ;; esac
	done
	return 1
}

selection=$*
for state in $states; do
	for size in $sizes; do
		for theme in $themes; do
			name=$state-$size-$(echo "$theme" | tr : -)
			! wanted "$name" || shoot "$name" "$size" "$theme" "$state" "" ""
		done
	done
done
while read -r name size theme state keys text; do
	[ -n "$name" ] && wanted "$name" || continue
	shoot "$name" "$size" "$theme" "$state" "$keys" "${text#-}" </dev/null
done <<END
$singles
END
[ $failures -eq 0 ] || echo "screenshots: $failures did not show what they should" >&2
exit $((failures > 0))

#!/bin/sh
# Takes pictures of the dashboard into $BUILDDIR/screenshots/, as SVG and, with rsvg-convert, as PNG.
# `./dev screenshots` calls it. What is taken is the data below; words given select by name.
set -euf
: "${SRCDIR:=.}" "${BUILDDIR:=build}"

# Sizes (columns x rows), themes (and the ground of the terminal) and scenes: each with each other. A
# scene is a name, a state, and steps: keys, and the text that shows that they have done their work
# (nothing: -; a blank: _).
sizes='140x40 80x24 40x10'
themes='default:dark light:light nord:dark deuteranopia:dark'
scenes='
leases        live
dashboard     live  n<Enter>              its_endpoint
filter        live  /left<lt>             left<
marks         live  j<Space><Space>       marked
details       live  <Enter>               protocol
runtimes      live  2                     -
events        live  n<Enter>              its_endpoint  3  -
strip         live  n<Enter>              its_endpoint  e  -
help          live  ?                     Moving
palette       live  :                     action
create        live  n                     runtime
confirm       live  x                     Cancel
rotate        live  R                     Cancel
kept          live  n<Enter>              its_endpoint  A  Cancel  y  is_kept  <Enter>  kept_alive
bulk          live  <Space><Space><Space><Space><Space>  marked  x  Cancel
copy-menu     live  n<Enter>              its_endpoint  Y  url
reveal        live  n<Enter>              its_endpoint  v  hidden
profiles      unauthorised  p             staging
loading       loading
offline       offline
unauthorised  unauthorised
'

# The first scene in the other themes, and what paints no ground on the other ground, too.
all_themes_size=112x27
all_themes='default:dark default:light dark:dark light:light high-contrast:dark deuteranopia:dark
	tritanopia:dark mono:dark mono:light nord:dark gruvbox:dark solarized:dark solarized-light:light
	dracula:dark catppuccin:dark'

# The README's: man/pictures/dashboard.png and its sisters.
readme_size=112x27
readme_theme=default:dark
readme_scenes='dashboard palette bulk'

# The text that says that a state is on the screen, at any size.
live=checkout
loading=loading
offline=offline
unauthorised=unauthorised

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

# Profiles to choose from.
cat >"$folder/leasetop.conf" <<END
profiles: {
    prod: { key_env = "BCTRL_API_KEY"; guard = "strict"; accent = "231 on 88 bold"; };
    staging: { key_env = "BCTRL_API_KEY"; url = "http://127.0.0.1:9"; read_only = true; };
};
END

# What is run for a state; URL is the address of a server that never answers (shoot -s).
arguments() { # state, scene
	case $1-$2 in
	unauthorised-profiles) echo "--config $folder/leasetop.conf --profile prod --api-url $gateway_url" ;;
	live-*) echo "--demo" ;;
	loading-*) echo "--api-url URL" ;;
	offline-*) echo "--api-url http://127.0.0.1:9" ;;
	unauthorised-*) echo "--api-url $gateway_url" ;;
	esac
}

# What is live is taken when all that was asked for has come.
shoot() { # name, size, theme:ground, scene, state, keys, text...
	picture=$folder/$1.svg size=$2 theme=${3%:*} ground=${3#*:} scene=$4 state=$5
	echo "$1"
	shift 5
	eval "shown=\$$state"
	count=$#
	while [ "$count" -gt 0 ]; do
		[ "$2" = - ] && set -- "$@" -k "$1" || set -- "$@" -k "$1" -w "$(echo "$2" | tr _ ' ')"
		shift 2
		count=$((count - 2))
	done
	[ "$state" != live ] || set -- -g '[loading' "$@"
	"$BUILDDIR/tests/support/shoot" -c "${size%x*}" -r "${size#*x}" -b "$ground" -s -o "$picture" \
		-e BCTRL_API_KEY=bctrl_picture -w "$shown" "$@" -p 300 \
		-- "$BUILDDIR/leasetop" --theme "$theme" $(arguments "$state" "$scene") || failures=$((failures + 1))
	! command -v rsvg-convert >/dev/null || rsvg-convert "$picture" -o "${picture%.svg}.png"
}

wanted() { # name
	[ -z "$selection" ] && return
	for word in $selection; do
		case $1 in *"$word"*) return 0 ;; esac
	done
	return 1
}

take() { # name, size, theme:ground, scene
	wanted "$1" || return 0
	steps=$(echo "$scenes" | sed -n "s/^$4 \{1,\}//p")
	[ -n "$steps" ] || steps=live
	shoot "$@" $steps </dev/null
}

selection=$*
for scene in $(echo "$scenes" | sed 's/ .*//'); do
	for size in $sizes; do
		for theme in $themes; do
			take "$scene-$size-$(echo "$theme" | tr : -)" "$size" "$theme" "$scene"
		done
	done
done
for theme in $all_themes; do
	take "themes-$(echo "$theme" | tr : -)" "$all_themes_size" "$theme" leases
done
for scene in $readme_scenes; do
	take "$scene" "$readme_size" "$readme_theme" "$scene"
done
[ $failures -eq 0 ] || echo "screenshots: $failures did not show what they should" >&2
exit $((failures > 0))

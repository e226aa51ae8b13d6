# need: what a test with a real browser needs, to be read in with `.`; it is skipped with a clear line
# where that cannot be had, and otherwise becomes `node FILE`. Set TEST to the file before.
: "${SRCDIR:=.}"
here=$SRCDIR/tests/browser
skip() { # why
	echo "1..0 # SKIP $1"
	exit 0
}
has_browser() {
	for name in chromium chromium-browser google-chrome google-chrome-stable chrome microsoft-edge brave-browser; do
		command -v "$name" >/dev/null && return
	done
	return 1
}
command -v node >/dev/null || skip "no node"
has_browser || skip "no browser: ./dev check installs chromium"
BROWSER_NAME=$name
export BROWSER_NAME
[ -d "$here/node_modules/playwright-core" ] || skip "no playwright-core: npm ci --prefix tests/browser"
[ -x "$BUILDDIR/leasetop-gateway" ] || skip "leasetop-gateway is not built"
case $(nm "$BUILDDIR/leasetop-gateway" 2>/dev/null) in *__asan_init* | *__tsan_init*)
	BROWSER_TESTS_SLOW=1
	export BROWSER_TESTS_SLOW
	;;
esac
exec node "$here/$TEST"

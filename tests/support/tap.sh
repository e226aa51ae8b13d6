# tap: TAP for test scripts, to be read in with `.`. A script says `check "what" command...` for each
# thing it tests (or `passed`, `failed`, `skipped` itself) and ends in `tap_end`.

tap_count=0
tap_failures=0

passed() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1"
}

failed() {
	tap_count=$((tap_count + 1))
	tap_failures=$((tap_failures + 1))
	echo "not ok $tap_count - $1"
}

skipped() { # what, why
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# Text for a person, from stdin.
explain() {
	sed 's/^/#   /'
}

# Passes when the command does; what it prints is shown when it does not.
check() { # what, command...
	tap_what=$1
	shift
	if tap_output=$("$@" 2>&1); then
		passed "$tap_what"
	else
		failed "$tap_what"
		printf '%s\n' "$tap_output" | explain
	fi
}

# Like cmocka, the exit status is the number of failures; see tests/run-test.
tap_end() {
	echo "1..$tap_count"
	exit "$tap_failures"
}

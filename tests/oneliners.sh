#!/bin/sh
# What people write into scripts, crontabs and pipes, against a real gateway: make, use, rotate,
# revoke, audit. Each test is a line that somebody could have typed, and what must come of it.
. "${SRCDIR:=.}/tests/support/tap.sh"

if [ ! -x "$BUILDDIR/leasetop-gateway" ] || ! command -v jq >/dev/null; then
	skipped "one-liners" "there is no leasetop-gateway, or no jq"
	tap_end
fi
. "$SRCDIR/tests/support/fleet.sh"
cd "$fleet" || exit 1
cat >"$HOME/.config/leasetop/leasetop.conf" <<END
audit = "$fleet/audit.jsonl";
keyring = false;
END
fleet_start || exit 1

# The status of a lease, as a list says it.
status() { # id
	leasetop list --json | jq -r --arg id "$1" '.leases[] | select(.id == $id).status'
}

is() { # what it is, what it should be
	[ "$1" = "$2" ] || { echo "it is '$1', not '$2'"; return 1; }
}

# ---- make

make_one() {
	id=$(leasetop create local/browser --quiet) && is "$(status "$id")" active
}
check "create prints an id to keep in a variable" make_one

make_and_ask() {
	is "$(leasetop create local/browser --ttl 15m --json | jq -r '.outcome, .lease.protocol' | xargs)" \
		"done cdp"
}
check "create --json goes into jq" make_and_ask

take_url() {
	url=$(leasetop create local/browser --json --show-secret | jq -r .endpoint.url)
	case $url in ws://127.0.0.1:*/attach/*) ;; *) echo "no url: $url"; return 1 ;; esac
}
check "the url of a new lease goes into a variable" take_url

last_line() {
	url=$(leasetop create local/browser --quiet --show-secret | tail -n 1)
	case $url in ws://*) ;; *) echo "no url: $url"; return 1 ;; esac
}
check "and without jq it is the last line" last_line

give_options() {
	echo '{"viewport": {"width": 800}}' | leasetop create local/browser --options - --quiet >/dev/null
}
check "options come from a pipe" give_options

five_at_once() {
	for i in 1 2 3 4 5; do leasetop create local/spreadsheet --quiet >"five.$i" & done
	wait_for=5
	for i in 1 2 3 4 5; do await . "five.$i" || return 1; done
	is "$(cat five.* | sort -u | wc -l | xargs)" "$wait_for"
}
check "five at once are five" five_at_once

# ---- use

lend() {
	leasetop create local/desktop --ttl 30m --exec -- sh -c 'echo "$LEASETOP_LEASE $LEASETOP_ENDPOINT"' >lent ||
		return 1
	read -r id url <lent
	case $url in ws://*) ;; *) echo "no url: $url"; return 1 ;; esac
	is "$(status "$id")" revoked
}
check "a program gets a browser for as long as it runs" lend

lend_on_stdin() {
	is "$(leasetop create local/desktop --exec --endpoint-stdin -- head -c 5)" "ws://"
}
check "or the url on its standard input" lend_on_stdin

pass_status() {
	leasetop create local/desktop --exec -- sh -c 'exit 7'
	is $? 7
}
check "its status is passed on" pass_status

end_by_signal() {
	leasetop create local/desktop --exec -- sh -c 'echo "$LEASETOP_LEASE" >signalled; exec sleep 300' &
	leasetop=$!
	await . signalled || return 1
	kill -TERM $leasetop
	wait $leasetop
	is $? 143 && is "$(status "$(cat signalled)")" revoked
}
check "TERM ends the program and the lease" end_by_signal

# ---- look

count_them() {
	is "$(leasetop list --json | jq '[.leases[] | select(.status == "active" and .runtime == "spreadsheet")] | length')" 5
}
check "jq counts what is active" count_them

by_csv() {
	is "$(leasetop list local/spreadsheet --csv --columns runtime,proto --filter status:active | tail -n +2 | sort | uniq -c | xargs)" \
		"5 spreadsheet,cdp"
}
check "CSV goes into sort and uniq" by_csv

by_awk() {
	is "$(leasetop runtimes | awk '$2 == "stopped" { print $3 }')" spare
}
check "awk finds the columns of a table" by_awk

in_a_loop() {
	leasetop list local/spreadsheet --jsonl | while read -r line; do
		echo "$line" | jq -e .id >/dev/null || echo broken
	done | grep -c broken | grep -qx 0
}
check "a shell loop reads a line for each" in_a_loop

no_such_program() {
	leasetop create local/desktop --exec -- no-such-program 2>said
	is "$? $(cat said)" "127 leasetop: there is no program no-such-program"
}
check "a program that is not there ends with 127, as in a shell" no_such_program

# A poor man's timeout: the clock goes on over exec, and rings for us alone.
by_alarm() {
	command -v perl >/dev/null || return 0
	perl -e 'alarm 1; exec @ARGV' leasetop create local/desktop --exec -- \
		sh -c 'echo "$LEASETOP_LEASE" >alarmed; exec sleep 300'
	is $? 142 && { [ ! -s alarmed ] || is "$(status "$(cat alarmed)")" revoked; }
}
check "an alarm that was set before ends the program and the lease" by_alarm

by_nohup() {
	is "$(nohup leasetop create local/desktop --exec -- sh -c 'kill -HUP $$; echo alive' 2>/dev/null)" alive
}
check "nohup holds for the program too" by_nohup

# ---- rotate and revoke

rotate() {
	old=$(leasetop create local/browser --quiet) && new=$(leasetop rotate "$old" --quiet) &&
		is "$(status "$old") $(status "$new")" "revoked active"
}
check "rotate prints the new id, and the old one has ended" rotate

by_xargs() {
	leasetop list local/spreadsheet --jsonl | jq -r 'select(.secondsLeft > 60).id' |
		xargs leasetop revoke --yes >revoked && is "$(grep -c '^revoked ' revoked)" 5
}
check "xargs revokes what jq has chosen" by_xargs

by_filter() {
	leasetop revoke --filter 'runtime:browser by:me' --yes --json |
		jq -es 'length > 3 and all(.[]; .outcome == "done")' >/dev/null
}
check "revoke by a filter says of each that it is done" by_filter

nothing_left() {
	leasetop revoke --filter status:active --yes --quiet
	is "$(leasetop revoke --filter status:active --yes 2>&1; echo $?)" \
		"leasetop: no lease that lives matches the filter: nothing is revoked
0" && is "$(leasetop revoke --filter status:active --yes --quiet 2>&1; echo $?)" 0
}
check "revoking nothing is no failure, but said" nothing_left

no_such_id() {
	leasetop revoke no-such-id --yes --json 2>/dev/null | jq -r '.id, .outcome, .error' | xargs >none
	is "$(cat none)" "no-such-id failed there is no lease no-such-id"
}
check "an id that is none is a line of JSON too" no_such_id

wait_for_it() {
	id=$(leasetop create local/browser --quiet) || return 1
	leasetop wait "$id" --for revoked &
	waiting=$!
	leasetop revoke "$id" --yes --quiet && wait $waiting
}
check "wait ends when somebody else revokes" wait_for_it

# ---- watch

into_a_log() {
	leasetop watch --interval 1 --jsonl >log 2>&1 &
	watching=$!
	while ! grep -q made log; do
		leasetop create local/browser --quiet >/dev/null || return 1
		sleep 1
	done
	kill -TERM $watching
	wait $watching
	is $? 143 && jq -es 'all(.[]; .what == "lease" and .seenAt != null)' <log >/dev/null
}
check "watch goes on into a log until it is ended" into_a_log

closed_pipes() {
	(leasetop watch --interval 1; echo $? >closed) | head -n 1 >first &
	while [ ! -s closed ]; do
		leasetop create local/browser --quiet >/dev/null || return 1
		sleep 1
	done
	is "$(cat closed) $(wc -l <first | xargs)" "0 1"
}
check "watch ends well when head has enough" closed_pipes

# Nothing is said, and no status is bad, where a reader has had enough.
had_enough() {
	for form in list 'list --json' 'list --jsonl' 'list --csv' runtimes themes --help 'doctor --json'; do
		(leasetop $form; echo $? >closed) 2>said | true
		await . closed && is "$(cat said closed)" 0 || { echo "of $form"; return 1; }
		: >closed
	done
}
check "lists end well when nobody reads them" had_enough

# ---- cron, and what else is different where nobody looks

in_cron() {
	(umask 077 && echo "$BCTRL_API_KEY" >"$HOME/key")
	env -i HOME="$HOME" "$BUILDDIR/leasetop" list --api-url "$BCTRL_API_URL" --api-key-file "$HOME/key" \
		<&- >cron 2>&1 && head -n 1 cron | grep -q '^  STATUS'
}
check "cron has no terminal, no locale, no PATH and no standard input" in_cron

no_home() {
	is "$(env -u HOME leasetop list local/browser --csv --columns space --filter status:active | sort -u | xargs)" "local space"
}
check "nor need there be a home" no_home

# Nothing at all, or a sentence; never a signal's death.
full_disk() {
	[ -c /dev/full ] || return 0
	is "$(leasetop list 2>&1 >/dev/full; echo $?)" \
		"leasetop: the output cannot be written: No space left on device
1" && is "$(leasetop list --json 2>/dev/null >/dev/full; echo $?)" 1
}
check "a full disk is said" full_disk

# What was made can be ended, though nobody could be told in the usual way.
can_be_ended() { # what was said, whose status is the last line
	id=$(echo "$1" | sed -n 's/.*output cannot be written: .*leasetop revoke \([^ ]*\) ends it$/\1/p')
	is "$(echo "$1" | tail -n 1)" 5 && [ -n "$id" ] && ! echo "$1" | grep -q attach/ &&
		is "$(leasetop revoke "$id" --yes --quiet; echo $?; status "$id")" "0
revoked"
}

made_in_vain() {
	can_be_ended "$(leasetop create local/browser 2>&1 >&-; echo $?)" || return 1
	[ -c /dev/full ] || return 0
	for form in '' --json '--show-secret --quiet'; do
		can_be_ended "$(leasetop create local/browser $form 2>&1 >/dev/full; echo $?)" || return 1
	done
	old=$(leasetop create local/browser --quiet) &&
		can_be_ended "$(leasetop rotate "$old" 2>&1 >/dev/full; echo $?)"
}
check "a create that cannot be printed says how to end it" made_in_vain

revoked_in_vain() {
	[ -c /dev/full ] || return 0
	id=$(leasetop create local/browser --quiet)
	is "$(leasetop revoke "$id" --yes 2>&1 >/dev/full; echo $?; status "$id")" \
		"leasetop: the output cannot be written: No space left on device
5
revoked"
}
check "and a revoke that cannot is done, and not good" revoked_in_vain

watched() { # the status and what it said
	while [ ! -s "$1" ]; do
		leasetop create local/browser --quiet >/dev/null || return 1
		sleep 1
	done
	is "$(cat "$1")" "leasetop: the output cannot be written: $2
1"
}

watched_in_vain() {
	(leasetop watch --interval 1 2>&1 >&-; echo $?) >closed.tmp && mv closed.tmp vain.closed &
	watched vain.closed "Bad file descriptor" || return 1
	[ -c /dev/full ] || return 0
	(leasetop watch --interval 1 2>&1 >/dev/full; echo $?) >full.tmp && mv full.tmp vain.full &
	watched vain.full "No space left on device"
}
check "watch ends where its log cannot be written" watched_in_vain

# Were its number free, the first socket would get what is printed.
closed_output() {
	is "$(leasetop list 2>&1 >&-; echo $?)" "leasetop: the output cannot be written: Bad file descriptor
1" && is "$(leasetop list 2>&- >/dev/null; echo $?)" 0
}
check "so is a closed output" closed_output

asks_nobody() {
	is "$(leasetop revoke --filter status:active </dev/null 2>&1; echo $?)" \
		"leasetop: there is no terminal to ask on: give --yes
2"
}
check "revoke without --yes does nothing where nobody can be asked" asks_nobody

# ---- audit

audited() {
	jq -es 'map(select(.outcome == "done"))
		| (map(select(.what == "create")) | length > 10) and all(.[]; .requestId != null or .route != null)' \
		<audit.jsonl >/dev/null && is "$(stat -c %a audit.jsonl 2>/dev/null || echo 600)" 600
}
check "the audit has it all, each with its request" audited

no_secret() {
	! grep -rl 'attach/' audit.jsonl log "$HOME" | grep .
}
check "and no file has an endpoint" no_secret

doctor() {
	leasetop doctor --json | jq -e 'all(.findings[]; .health != "bad")' >/dev/null
}
check "doctor --json says that nothing is bad" doctor

tap_end

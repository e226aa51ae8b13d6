#!/bin/sh
# Does shoot take a picture of what is on the screen?
. "${SRCDIR:=.}/tests/support/tap.sh"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
shoot=$BUILDDIR/tests/support/shoot
[ -x "$shoot" ] || { echo "1..0 # SKIP no tests/support/shoot"; exit 0; }

"$shoot" -r 5 -c 30 -o "$folder/a.svg" -b light -e WORD=cash -w first -k 'a<Enter>' -w 'got a' -- \
	sh -c 'printf "first\n\033[1;31mred\033[0m & \342\224\200\342\226\210\n"; read x; echo "got $x $WORD"; read x'
check "the steps were done in order" test $? -eq 0
check "a word in its colour and weight" grep -q 'y="32" .*fill="#cf222e" font-weight="bold">red</text>' "$folder/a.svg"
check "what XML would misread is escaped" grep -q '>&amp;</text>' "$folder/a.svg"
check "a line and a block are shapes" test "$(grep -c '<rect' "$folder/a.svg")" -eq 4
check "the environment it was given" grep -q '>cash</text>' "$folder/a.svg"

"$shoot" -r 3 -c 20 -o "$folder/a.txt" -- sh -c 'echo plain; read x'
check "a file in .txt is text" test "$(head -n 1 "$folder/a.txt")" = plain
check "of as many rows" test "$(wc -l <"$folder/a.txt")" -eq 3

"$shoot" -d 1 -o "$folder/b.svg" -w never -- sh -c 'echo once' 2>/dev/null
check "a wait that fails is an exit status" test $? -eq 1
check "and the picture is there" grep -q '>once</text>' "$folder/b.svg"

"$shoot" -o "$folder/c.txt" -s -w 'http://127.0.0.1:' -- sh -c 'echo "$0"; read x' URL
check "URL stands for a server" test $? -eq 0

if command -v rsvg-convert >/dev/null; then
	check "a renderer can read it" rsvg-convert "$folder/a.svg" -o "$folder/a.png"
else
	skipped "a renderer can read it" "no rsvg-convert"
fi
tap_end

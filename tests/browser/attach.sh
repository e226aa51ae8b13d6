#!/bin/sh
# Real CDP clients, attached to a real browser by the urls of leases.
TEST=attach.mjs
. "${SRCDIR:-.}/tests/browser/need.sh"

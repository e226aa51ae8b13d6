#!/bin/sh
# What happens to attaches and sessions when a lease, the browser or the gateway ends.
TEST=ends.mjs
. "${SRCDIR:-.}/tests/browser/need.sh"

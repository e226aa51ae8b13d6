#!/bin/sh
# The browser's own HTTP interface under a lease's secret.
TEST=http.mjs
. "${SRCDIR:-.}/tests/browser/need.sh"

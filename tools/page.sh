#!/usr/bin/env bash
# The page of lane-viewer, from its sources in viewer/page. What is built is committed, so that only a change to the page needs node.
#
#   tools/page.sh build    check types, build dist, run the unit tests
#   tools/page.sh check    the same, but only say whether dist is what the sources give
#   tools/page.sh test     try the built page in a real browser
set -euo pipefail
cd "$(dirname "$0")/../viewer/page"

# unit_tests are heard of only when they fail.
unit_tests() {
	local told
	told=$(npm test --silent 2>&1) || {
		printf '%s\n' "$told"
		return 1
	}
}

fetch() {
	[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund
}

case ${1:-build} in
build)
	fetch
	npm run --silent types
	npm run --silent build
	unit_tests
	;;
check)
	fetch
	npm run --silent types
	node build.mjs --out ../../build/page
	diff -r ../../build/page dist >/dev/null || {
		echo 'viewer/page/dist is not what its sources give: run make page and commit the result'
		exit 1
	}
	unit_tests
	;;
test)
	fetch
	npm run --silent browser-test
	;;
*)
	echo "page: unknown job $1: build, check or test" >&2
	exit 1
	;;
esac

#!/usr/bin/env bash
# Everything that a change must pass besides the tests. Runs all the steps, then names the ones that failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

tools/deps.sh check || exit
tools/deps.sh page || exit
failed=()
step() {
	local name=$1
	shift
	printf '== %s\n' "$name"
	"$@" || failed+=("$name")
}

formatted() {
	local files
	files=$(find . -name build -prune -o -name '*.go' -print0 | xargs -0 gofmt -l) || return
	[ -z "$files" ] || {
		printf 'not formatted (make fmt mends it):\n%s\n' "$files"
		return 1
	}
}

vet_arm64() {
	local packages
	packages=$(tools/pure-packages.sh) || return
	# shellcheck disable=SC2086  # one word a package
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go vet $packages
}

step 'formatted' formatted
step 'go.mod is tidy' go mod tidy -diff
step 'the rules of the tree' go test -count=1 ./internal/rules
step 'vet' go vet ./...
step 'vet for arm64' vet_arm64
step 'shell scripts' shellcheck --severity=warning tools/*.sh packaging/*.sh e2e/vm/*.sh .ci/run packaging/debian/lanekeeper.p*
step 'lint' go tool -modfile=tools/go.mod golangci-lint run ./...
step 'the page of the viewer' tools/page.sh check
step 'generated pages' go run ./docs/gen -check

if [ ${#failed[@]} != 0 ]; then
	printf '\ncheck failed:'
	printf ' [%s]' "${failed[@]}"
	printf '\n'
	exit 1
fi
printf '\nall checks passed\n'

#!/usr/bin/env bash
# Lists the module's packages that no C code outside the standard library is linked into, tests included.
set -euo pipefail
cd "$(dirname "$0")/.."

# One line for a package or test binary: its path, then what it is made of. Go names the packages of a test binary
# "path [path.test]", which is cut to the path.
packages=$(go list -test -f '{{.ImportPath}}{{range .Deps}} {{.}}{{end}}' ./...)
native=$(go list -deps -test -f '{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}' ./... | cut -d ' ' -f 1)

awk '
	NR == FNR { native[$1]; next }
	{
		path = $1
		sub(/(_test|\.test)$/, "", path)
		seen[path]
		for (i = 1; i <= NF; i++) if ($i in native) impure[path]
	}
	END { for (path in seen) if (!(path in impure)) print path }
' <(echo "$native") <(echo "$packages") | sort

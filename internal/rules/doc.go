// Package rules holds what the repository asks of itself, as tests: who may import whom, how long a file may be, and
// that a page names no file that is not there. CONTRIBUTING.md says the same in words.
//
// The linter knows the import rules too, and shows a breach in an editor. It looks at one import at a time; the tests
// here see what a package ends up linking through others.
package rules

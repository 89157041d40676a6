package vm

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"testing"
)

// result is what a test in the machine came to.
type result struct {
	name    string
	verdict string // PASS, FAIL or SKIP; empty when it did not end
	output  string
}

// results are those of all top-level tests, and how their program ended.
type results struct {
	tests  []result
	before string // what was said before the first test
	status string // exit status; empty when the machine ended before the tests
}

// readResults takes apart what go test -v prints, and the exit status in a line after it. It reads to the end, and hands
// each line on as it comes.
func readResults(r io.Reader, line func(string)) (results, error) {
	begin := regexp.MustCompile(`^=== RUN   ([^/\s]+)$`)
	end := regexp.MustCompile(`^--- (PASS|FAIL|SKIP): (\S+) `)
	var all results
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		text := lines.Text()
		line(text)
		if m := begin.FindStringSubmatch(text); m != nil {
			all.tests = append(all.tests, result{name: m[1]})
			continue
		}
		if status, ok := strings.CutPrefix(text, "exit status: "); ok {
			all.status = status
			continue
		}
		if len(all.tests) == 0 {
			all.before += text + "\n"
			continue
		}
		last := &all.tests[len(all.tests)-1]
		if m := end.FindStringSubmatch(text); m != nil && m[2] == last.name {
			last.verdict = m[1]
		}
		last.output += text + "\n"
	}
	return all, lines.Err()
}

// report makes each a test of this program's.
func (all results) report(t *testing.T) {
	t.Helper()
	for _, r := range all.tests {
		t.Run(r.name, func(t *testing.T) {
			t.Log("in the machine:\n" + r.output)
			switch r.verdict {
			case "PASS":
			case "SKIP":
				t.Error("skipped in the machine that is made for it")
			case "":
				t.Error("began, and never ended")
			default:
				t.Fail()
			}
		})
	}
	if len(all.tests) == 0 || all.status != "0" {
		t.Errorf("%d tests ran, and their program ended with %q", len(all.tests), all.status)
	}
}

func TestReadResults(t *testing.T) {
	text := `booted in 20 s
=== RUN   TestGood
    good_test.go:7: 5 ms
=== RUN   TestGood/part
--- PASS: TestGood (0.10s)
    --- PASS: TestGood/part (0.00s)
=== RUN   TestBad
--- FAIL: TestBad (0.10s)
=== RUN   TestSkipped
--- SKIP: TestSkipped (0.00s)
=== RUN   TestHangs
panic: test timed out after 1s
exit status: 2
`
	lines := 0
	all, err := readResults(strings.NewReader(text), func(string) { lines++ })
	if err != nil || lines != strings.Count(text, "\n") {
		t.Errorf("%d lines were handed on: %v", lines, err)
	}
	if all.before != "booted in 20 s\n" || all.status != "2" || len(all.tests) != 4 {
		t.Fatalf("%+v", all)
	}
	for i, want := range []result{{"TestGood", "PASS", "5 ms"}, {"TestBad", "FAIL", "FAIL"}, {"TestSkipped", "SKIP", ""}, {"TestHangs", "", "panic"}} {
		if got := all.tests[i]; got.name != want.name || got.verdict != want.verdict || !strings.Contains(got.output, want.output) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if all, _ := readResults(strings.NewReader("booted in 20 s\n"), func(string) {}); all.status != "" || len(all.tests) != 0 {
		t.Errorf("a machine that ended early: %+v", all)
	}
}

package doctor

import (
	"errors"
	"fmt"
	"io/fs"
)

// Verdict is how a finding is.
type Verdict string

// The verdicts.
const (
	OK   Verdict = "ok"
	Warn Verdict = "warn" // works, but not as it should
	Fail Verdict = "fail" // does not work
	Skip Verdict = "skip" // not checked: it says why
)

// Finding is what a check found out about one thing.
type Finding struct {
	Verdict Verdict `json:"verdict"`
	Check   string  `json:"check"`
	Found   string  `json:"found"`
	Mend    string  `json:"mend,omitempty"` // the command or edit that mends it; of a warning or a failure
}

func okay(format string, args ...any) Finding {
	return Finding{Verdict: OK, Found: fmt.Sprintf(format, args...)}
}

func skip(format string, args ...any) Finding {
	return Finding{Verdict: Skip, Found: fmt.Sprintf(format, args...)}
}

// unseen is a skip because there is nothing to look at, or because this user may not.
func unseen(err error) Finding {
	if errors.Is(err, fs.ErrPermission) {
		return skip("not checked: %v; use sudo", err)
	}
	return skip("not checked: %v", err)
}

func warn(mend, format string, args ...any) Finding {
	return Finding{Verdict: Warn, Found: fmt.Sprintf(format, args...), Mend: mend}
}

func fail(mend, format string, args ...any) Finding {
	return Finding{Verdict: Fail, Found: fmt.Sprintf(format, args...), Mend: mend}
}

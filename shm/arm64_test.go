package shm

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// arm64Code is what the compiler makes of the named functions of this package for arm64, instruction by instruction.
func arm64Code(t *testing.T) map[string][]string {
	t.Helper()
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("needs the go command, to compile for arm64: ", err)
	}
	archive := filepath.Join(t.TempDir(), "shm.a")
	build := exec.CommandContext(t.Context(), tool, "build", "-o", archive, ".")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("compiling for arm64: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), tool, "tool", "objdump", "-s", `lanekeeper/shm\.`, archive).Output()
	if err != nil {
		t.Fatalf("disassembling: %v", err)
	}
	code, name := map[string][]string{}, ""
	for line := range strings.Lines(string(out)) {
		if text, ok := strings.CutPrefix(line, "TEXT lanekeeper/shm."); ok {
			name, _, _ = strings.Cut(text, "(SB)")
		} else if f := strings.Fields(line); len(f) > 3 {
			code[name] = append(code[name], strings.Join(f[3:], " "))
		}
	}
	return code
}

// pick keeps the instructions that match, up to the first return and cut to what matched.
func pick(code []string, pattern string) (kept []string) {
	re := regexp.MustCompile(pattern)
	for _, line := range code {
		if found := re.FindString(line); found != "" {
			kept = append(kept, found)
		}
		if line == "RET" {
			break
		}
	}
	return kept
}

// TestBarriersOnArm64 looks for the barriers in the compiled code. No test that runs can show that one is missing: an emulator orders
// memory like the machine under it, and a real arm64 shows it once in a long while.
func TestBarriersOnArm64(t *testing.T) {
	code := arm64Code(t)

	// The odd number by a store-release, then a load-acquire of the same word, and nothing after it but the return.
	begin := pick(code["region.beginWrite"], `^(STLR|LDAR|LDAPR|SWPAL|LDADDAL|CASAL|DMB|RET).*`)
	if len(begin) != 3 || !strings.HasPrefix(begin[0], "STLR R") || !strings.HasPrefix(begin[1], "LDAR (R") || begin[2] != "RET" {
		t.Errorf("beginWrite: %q, want STLR, LDAR, RET", begin)
	} else if stored, loaded := address(begin[0]), address(begin[1]); stored != loaded {
		t.Errorf("beginWrite stores to %s and loads from %s", stored, loaded)
	}

	// A store-release to the fence, then the load-acquire of the number, and only then the comparison.
	end := pick(code["region.endRead"], `^(STLR|LDAR|LDAPR|SWPAL|LDADDAL|CASAL|DMB|CSET|RET).*`)
	if len(end) != 4 || !strings.HasPrefix(end[0], "STLR R") || !strings.HasPrefix(end[1], "LDAR (R") || !strings.HasPrefix(end[2], "CSET EQ") {
		t.Errorf("endRead: %q, want STLR, LDAR, CSET, RET", end)
	}

	// The calls stand where the protocol needs them, none of them inlined, where the compiler could mix them with their surroundings.
	const call = `R_CALLARM64:(lanekeeper/shm\.)?(region\.(beginWrite|endRead)|\(\*Writer\)\.(begin|publish)|\(\*Reader\)\.(take|record)|runtime\.memmove)|CALL \(R\d+\)`
	for name, want := range map[string]string{
		"(*Writer).begin":   "region.beginWrite",
		"(*Writer).copyIn":  "(*Writer).begin … runtime.memmove … (*Writer).publish",
		"(*Writer).fillIn":  "(*Writer).begin … CALL … (*Writer).publish",
		"(*Reader).attempt": "(*Reader).take … (*Reader).record … CALL … region.endRead",
		"(*Reader).copyTo":  "(*Reader).take … (*Reader).record … runtime.memmove … region.endRead",
	} {
		calls := pick(slices.DeleteFunc(slices.Clone(code[name]), func(line string) bool { return line == "RET" }), call)
		at := -1
		for next := range strings.SplitSeq(want, " … ") {
			i := slices.IndexFunc(calls[at+1:], func(c string) bool { return strings.Contains(c, next) })
			if i < 0 {
				t.Errorf("%s calls %q, want %s", name, calls, want)
				break
			}
			at += 1 + i
		}
	}
}

// address is the operand in brackets.
func address(instruction string) string {
	return regexp.MustCompile(`\(R\d+\)`).FindString(instruction)
}

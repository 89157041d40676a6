package rules

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "lanekeeper"

// listedPackage is what the rules need of the go command's answer about a package.
type listedPackage struct {
	ImportPath   string
	Name         string
	Standard     bool
	Deps         []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// listModule asks the go command for the module's packages and all that they link, by import path.
func listModule(t *testing.T) map[string]listedPackage {
	t.Helper()
	fields := "-json=ImportPath,Name,Standard,Deps,Imports,TestImports,XTestImports"
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", fields, module+"/...")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("listing the module's packages: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("listing the module's packages: %v", err)
	}
	packages := map[string]listedPackage{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatalf("reading the go command's list: %v", err)
		}
		packages[p.ImportPath] = p
	}
}

// under says whether a package is the named one of the module, or in a folder below it.
func under(path, folder string) bool {
	root := module + "/" + folder
	return path == root || strings.HasPrefix(path, root+"/")
}

// inModule says whether a package is one of ours.
func inModule(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

// binaryOf is the binary that a package belongs to, "" for none.
func binaryOf(path string) string {
	below, ok := strings.CutPrefix(path, module+"/cmd/")
	if !ok {
		return ""
	}
	binary, _, _ := strings.Cut(below, "/")
	return binary
}

// TestImports holds everyone to the direction of the arrows in docs/architecture.md.
func TestImports(t *testing.T) {
	packages := listModule(t)

	// An import rule says, for the packages in a folder, what they and their tests may link. It is asked for every
	// package outside the folder itself.
	rules := []struct {
		folder string
		says   string
		may    func(p listedPackage) bool
	}{
		{"msg", "imports the standard library alone", func(p listedPackage) bool { return p.Standard }},
		{"shm", "imports the standard library and golang.org/x/sys/unix alone", func(p listedPackage) bool {
			return p.Standard || p.ImportPath == "golang.org/x/sys/unix"
		}},
		{"camera", "imports msg alone of the module, and no logger", stageMay},
		{"detect", "imports msg and calib alone of the module, and no logger", func(p listedPackage) bool {
			return stageMay(p) || p.ImportPath == module+"/calib"
		}},
		{"calib", "imports nothing of the module, and neither a logger nor OpenCV: it holds values", func(p listedPackage) bool {
			return !inModule(p.ImportPath) && stageMay(p) && !isOpenCV(p)
		}},
		{"board", "imports calib alone of the module, and no logger", func(p listedPackage) bool {
			return p.ImportPath == module+"/calib" || !inModule(p.ImportPath) && stageMay(p)
		}},
		{"control", "imports msg and the standard library alone", func(p listedPackage) bool {
			return p.Standard || p.ImportPath == module+"/msg"
		}},
		{"actuator", "imports msg alone of the module, and neither a logger nor OpenCV", func(p listedPackage) bool {
			return stageMay(p) && !isOpenCV(p)
		}},
		{"sim", "imports msg alone of the module, and neither a logger nor OpenCV", func(p listedPackage) bool {
			return stageMay(p) && !isOpenCV(p)
		}},
		{"overlay", "imports msg alone of the module, and no logger", stageMay},
		{"score", "imports the standard library alone", func(p listedPackage) bool { return p.Standard }},
		{"evaluation", "imports score alone of the module, and not OpenCV", func(p listedPackage) bool {
			return p.ImportPath == measure || !inModule(p.ImportPath) && !isOpenCV(p)
		}},
		{"meter", "imports nothing of the module", func(p listedPackage) bool { return !inModule(p.ImportPath) }},
		{"manual", "imports the standard library alone", func(p listedPackage) bool { return p.Standard }},
		{"daemon", "imports manual alone of the module, and not OpenCV: it knows nothing about lanes", func(p listedPackage) bool {
			return p.ImportPath == module+"/manual" || !inModule(p.ImportPath) && !isOpenCV(p)
		}},
		{"units", "imports nothing of the module", func(p listedPackage) bool { return !inModule(p.ImportPath) }},
		{"telemetry", "imports no stage: it reads what the daemons publish", func(p listedPackage) bool { return !isStage(p) }},
		{"telemetry/keys", "imports nothing of the module, and not ZeroMQ", func(p listedPackage) bool {
			return !inModule(p.ImportPath) && !strings.HasPrefix(p.ImportPath, "github.com/pebbe/")
		}},
		{"telemetry/command", "does not link OpenCV: controld does neither", func(p listedPackage) bool { return !isOpenCV(p) }},
		{"telemetry/receiver", "does not link OpenCV", func(p listedPackage) bool { return !isOpenCV(p) }},
		{"telemetry/screen", "does not link OpenCV", func(p listedPackage) bool { return !isOpenCV(p) }},
		{"telemetry/endpoint", "imports the keys alone of the module, and not OpenCV", func(p listedPackage) bool {
			return p.ImportPath == module+"/telemetry/keys" || !inModule(p.ImportPath) && !isOpenCV(p)
		}},
		{"telemetry/picture", "imports msg alone of the module, and not ZeroMQ", func(p listedPackage) bool {
			return stageMay(p) && !strings.HasPrefix(p.ImportPath, "github.com/pebbe/")
		}},
		{"telemetry/sender", "does not link OpenCV", func(p listedPackage) bool { return !isOpenCV(p) }},
		{"doctor", "does not link OpenCV", func(p listedPackage) bool { return !isOpenCV(p) }},
		{"viewer", "imports telemetry and msg alone of the module, and not OpenCV", func(p listedPackage) bool {
			return under(p.ImportPath, "telemetry") || p.ImportPath == module+"/msg" || !inModule(p.ImportPath) && !isOpenCV(p)
		}},
		{"viewer/mcap", "imports the standard library alone", func(p listedPackage) bool { return p.Standard }},
		{"cmd/lane-viewer", "does not link OpenCV", func(p listedPackage) bool { return !isOpenCV(p) }},
		{"cmd/controld", "does not link OpenCV", func(p listedPackage) bool { return !isOpenCV(p) }},
	}
	for _, rule := range rules {
		t.Run(rule.folder, func(t *testing.T) {
			found := false
			for _, p := range packages {
				if !under(p.ImportPath, rule.folder) {
					continue
				}
				found = true
				for _, breach := range breaches(packages, p, rule.folder, rule.may) {
					t.Errorf("%s links %s, but %s %s", p.ImportPath, breach, rule.folder, rule.says)
				}
			}
			if !found {
				t.Errorf("no package %s/%s: was it renamed without its import rule?", module, rule.folder)
			}
		})
	}
}

// TestNothingImportsCmd keeps the binaries at the end of the arrows.
func TestNothingImportsCmd(t *testing.T) {
	for _, p := range listModule(t) {
		if !inModule(p.ImportPath) {
			continue
		}
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if binary := binaryOf(imported); binary != "" && binary != binaryOf(p.ImportPath) {
				t.Errorf("%s imports %s: a binary is wiring, and nothing outside it may import it", p.ImportPath, imported)
			}
		}
	}
}

// TestBreaches shows that the rules above can fail: on what a package links through another, and on what its test needs.
func TestBreaches(t *testing.T) {
	packages := map[string]listedPackage{
		"lanekeeper/msg": {ImportPath: "lanekeeper/msg"},
		"lanekeeper/shm": {ImportPath: "lanekeeper/shm"},
		"os":             {ImportPath: "os", Standard: true},
	}
	stage := listedPackage{
		ImportPath:   "lanekeeper/control",
		Deps:         []string{"lanekeeper/msg", "lanekeeper/shm", "os"},
		TestImports:  []string{"go.uber.org/zap/zaptest", "lanekeeper/score", "testing"},
		XTestImports: []string{"lanekeeper/control", "lanekeeper/sim"},
	}
	got := breaches(packages, stage, "control", stageMay)
	want := []string{"go.uber.org/zap/zaptest", "lanekeeper/shm", "lanekeeper/sim"}
	if !slices.Equal(got, want) {
		t.Errorf("breaches are %q, want %q", got, want)
	}
	stage.Deps = append(stage.Deps, "lanekeeper/score")
	got, want = breaches(packages, stage, "control", stageMay), []string{"go.uber.org/zap/zaptest", "lanekeeper/score", "lanekeeper/shm", "lanekeeper/sim"}
	if !slices.Equal(got, want) {
		t.Errorf("breaches are %q, want %q", got, want)
	}
}

func stageMay(p listedPackage) bool {
	return p.ImportPath == module+"/msg" || !inModule(p.ImportPath) && !strings.HasPrefix(p.ImportPath, "go.uber.org/zap")
}

func isOpenCV(p listedPackage) bool { return strings.HasPrefix(p.ImportPath, "gocv.io/") }

func isStage(p listedPackage) bool {
	return slices.ContainsFunc([]string{"camera", "detect", "control", "actuator", "sim"}, func(stage string) bool {
		return under(p.ImportPath, stage)
	})
}

// measure is what any test may say with how good something is. It links nothing itself.
const measure = module + "/score"

// breaches lists what a package links against its rule: everything its code links, and what its tests import directly.
func breaches(packages map[string]listedPackage, p listedPackage, folder string, may func(listedPackage) bool) []string {
	var found []string
	tests := slices.DeleteFunc(slices.Concat(p.TestImports, p.XTestImports), func(path string) bool { return path == measure })
	for _, path := range slices.Concat(p.Deps, tests) {
		linked, listed := packages[path]
		if !listed { // only tests import it
			linked = listedPackage{ImportPath: path, Standard: !strings.Contains(strings.Split(path, "/")[0], ".")}
		}
		if !under(path, folder) && !may(linked) {
			found = append(found, path)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

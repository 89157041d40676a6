package daemon

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// testConfig has one key of each kind.
type testConfig struct {
	Method   string        `yaml:"method" oneof:"cv dl" flag:"method" doc:"How it is done."`
	GPU      bool          `yaml:"gpu" flag:"gpu" doc:"Uses the GPU."`
	Device   string        `yaml:"device" doc:"Where it comes from."`
	Input    testInput     `yaml:"input" doc:"What comes in."`
	Steering testSteering  `yaml:"steering" doc:"What goes out. This sentence is only here so that the comment has more columns than a line may have."`
	Poll     time.Duration `yaml:"poll" range:">0s.." doc:"Time between two looks."`
}

type testInput struct {
	Name       string        `yaml:"name" doc:"Name of the segment."`
	StaleAfter time.Duration `yaml:"stale_after" range:"1ms..2s" doc:"Age at which a record counts for nothing."`
	MaxAge     time.Duration `yaml:"max_age" range:"1ms..2s"`
	Slots      int           `yaml:"slots" range:"4..64" doc:"Slots of the segment."`
	Address    uint8         `yaml:"address"`
}

// Validate ties two keys together.
func (c *testInput) Validate() error {
	if c.MaxAge < c.StaleAfter {
		return errors.New("max_age is less than stale_after")
	}
	return nil
}

type testSteering struct {
	Kp      float64    `yaml:"kp" range:"0..10" unit:"1/m" live:"true" doc:"Share of the offset that is steered against."`
	Ki      float64    `yaml:"ki" range:"0.." live:"true"`
	Limit   float64    `yaml:"limit" range:">0..1"`
	Offsets [3]float64 `yaml:"offsets" range:"-1..1" unit:"m"`
	Gears   []int      `yaml:"gears"`
	Road    []testRoad `yaml:"road" doc:"Pieces of road."`
}

type testRoad struct {
	Length float64 `yaml:"length" range:"1..1000" unit:"m"`
	Name   string  `yaml:"name"`
}

func testDefaults() testConfig {
	return testConfig{
		Method: "cv", Device: "/dev/video0", Poll: time.Second,
		Input:    testInput{Name: "camera_feed", StaleAfter: 80 * time.Millisecond, MaxAge: 150 * time.Millisecond, Slots: 4, Address: 64},
		Steering: testSteering{Kp: 0.35, Limit: 1, Gears: []int{1, 2}, Road: []testRoad{{Length: 10, Name: "straight: on"}}},
	}
}

func testProgram(run func(context.Context, *Daemon[testConfig]) error) Program[testConfig] {
	return Program[testConfig]{Name: "testd", Version: "1.2.3", Doc: "does nothing, for tests", Defaults: testDefaults(), Run: run}
}

// start runs a program until the test ends; it returns its socket and its daemon.
func start(t *testing.T, p Program[testConfig], args ...string) (socket string, d *Daemon[testConfig]) {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	running, ended := make(chan *Daemon[testConfig]), make(chan error, 1)
	run := p.Run
	p.Run = func(ctx context.Context, d *Daemon[testConfig]) error {
		if run != nil {
			if err := run(ctx, d); err != nil {
				return err
			}
		}
		d.Notify.Ready()
		running <- d
		<-ctx.Done()
		return ctx.Err()
	}
	go func() {
		ended <- p.Exec(ctx, append([]string{"--run-dir", dir, "--config="}, args...), io.Discard, io.Discard)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	select {
	case d = <-running:
	case err := <-ended:
		ended <- nil
		t.Fatalf("the program did not start: %v", err)
	}
	return SocketPath(dir, d.Prefix, "testd"), d
}

func TestExecWithoutRunning(t *testing.T) {
	var never = testProgram(func(context.Context, *Daemon[testConfig]) error { return errors.New("it ran") })
	never.Actions = []Action{{Flag: "halt", Doc: "make it stop", Run: func(_ context.Context, p Place, w io.Writer) error {
		_, err := io.WriteString(w, "halted "+p.Prefix)
		return err
	}}}
	for _, c := range []struct {
		name   string
		args   []string
		stdout string // contained in it
		err    string
		code   int
		level  string // in the environment
	}{
		{"version", []string{"--version"}, "testd 1.2.3\n", "", 0, ""},
		{"help", []string{"--help"}, "How it is done (one of cv, dl; the key method)", "", 0, ""},
		{"defaults", []string{"--print-config"}, "method: cv  # one of cv, dl\n", "", 0, ""},
		{"good configuration", []string{"--check-config", "--config=", "--method", "dl"}, "", "", 0, ""},
		{"action, with a broken configuration", []string{"--halt", "--prefix", "x-", "--set", "no=1"}, "halted x-", "", 0, ""},
		{"unknown flag", []string{"--nothing"}, "", "reading the command line: flag provided but not defined: -nothing; see testd --help", 2, ""},
		{"argument", []string{"file"}, "", `reading the command line: unexpected argument "file"; see testd --help`, 2, ""},
		{"prefix", []string{"--prefix", "../x"}, "", `reading the command line: --prefix "../x": letters, digits, _ . - expected`, 2, ""},
		{"level", []string{"--log-level", "fatal"}, "", `reading the command line: --log-level "fatal": debug, info, warn or error expected`, 2, ""},
		{"level in the environment", []string{"--config="}, "", `reading the command line: LANEKEEPER_LOG_LEVEL "loud": debug, info, warn or error expected`, 2, "loud"},
		{"flag over a bad environment", []string{"--log-level", "warn", "--check-config", "--config="}, "", "", 0, "loud"},
		{"action, with a bad environment", []string{"--halt", "--prefix", "x-"}, "halted x-", "", 0, "loud"},
		{"named flag", []string{"--config=", "--method", "dll"}, "", `--method: method: "dll" given, one of cv, dl expected; did you mean dl?`, 78, ""},
		{"no file", []string{"--config", "/nowhere/x.yaml"}, "", "/nowhere/x.yaml: reading the file: no such file or directory", 78, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv(levelVariable, c.level)
			var stdout bytes.Buffer
			err := never.Exec(context.Background(), c.args, &stdout, io.Discard)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.err || ExitCode(err) != c.code {
				t.Errorf("error %q, code %d\nwant  %q, code %d", got, ExitCode(err), c.err, c.code)
			}
			if !strings.Contains(stdout.String(), c.stdout) {
				t.Errorf("stdout %q does not contain %q", stdout.String(), c.stdout)
			}
		})
	}
}

func TestRunsUntilTheContextEnds(t *testing.T) {
	socket, d := start(t, testProgram(nil), "--prefix", "a-", "--set", "steering.kp=2")
	if got := d.Config().Steering.Kp; got != 2 {
		t.Errorf("kp is %v, want 2", got)
	}
	var s Status
	if err := Get(t.Context(), socket, "/status", &s); err != nil || s.Name != "testd" || s.Version != "1.2.3" || s.Prefix != "a-" {
		t.Errorf("status %+v, %v", s, err)
	}
}

func TestPanicIsAnError(t *testing.T) {
	p := testProgram(func(context.Context, *Daemon[testConfig]) error { panic("no road") })
	var stderr bytes.Buffer
	err := p.Exec(t.Context(), []string{"--config=", "--run-dir", t.TempDir()}, io.Discard, &stderr)
	if err == nil || err.Error() != "running testd: panic: no road" || ExitCode(err) != ExitFailure {
		t.Errorf("a panic gave %v, code %d", err, ExitCode(err))
	}
	if !strings.Contains(stderr.String(), "TestPanicIsAnError") {
		t.Errorf("the log has no trace of the panic:\n%s", stderr.String())
	}
}

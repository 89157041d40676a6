package daemon

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestLoadProblems(t *testing.T) {
	const names = "method, gpu, device, input, steering, poll"
	for _, c := range []struct{ name, yaml, want string }{
		{"unknown key", "methd: cv", "c.yaml:1: methd: unknown key; did you mean method? (known here: " + names + ")"},
		{"unknown and far", "zzzzzz: 1", "c.yaml:1: zzzzzz: unknown key (known here: " + names + ")"},
		{"another section's key", "\nkp: 3", "c.yaml:2: kp: unknown key; did you mean steering.kp? (known here: " + names + ")"},
		{"unknown in a section", "input:\n  slot: 5", "c.yaml:2: input.slot: unknown key; did you mean input.slots? " +
			"(known here: name, stale_after, max_age, slots, address)"},
		{"a list for a key", "[a]: 1", "c.yaml:1: unknown key (known here: " + names + ")"},
		{"word", "method: dll", `c.yaml:1: method: "dll" given, one of cv, dl expected; did you mean dl?`},
		{"text for a number", "steering: {kp: fast}", `c.yaml:1: steering.kp: "fast" given, a number from 0 to 10 (1/m) expected`},
		{"quoted number", "steering: {kp: '3'}", `c.yaml:1: steering.kp: "3" given, a number from 0 to 10 (1/m) expected`},
		{"over", "steering: {kp: 10.001}", "c.yaml:1: steering.kp: 10.001 given, a number from 0 to 10 (1/m) expected"},
		{"open limit", "steering: {limit: 0}", "c.yaml:1: steering.limit: 0 given, a number over 0 and at most 1 expected"},
		{"one limit", "steering: {ki: -1}", "c.yaml:1: steering.ki: -1 given, a number at least 0 expected"},
		{"infinite", "steering: {ki: Inf}", `c.yaml:1: steering.ki: "Inf" given, a number at least 0 expected`},
		{"not a number", "steering: {ki: NaN}", `c.yaml:1: steering.ki: "NaN" given, a number at least 0 expected`},
		{"fraction", "input: {slots: 4.5}", "c.yaml:1: input.slots: 4.5 given, a whole number from 4 to 64 expected"},
		{"too big for the field", "input: {address: 256}", "c.yaml:1: input.address: 256 given, a whole number expected"},
		{"time without unit", "input: {max_age: 80}",
			"c.yaml:1: input.max_age: 80 given, a time with its unit, such as 80ms, from 1ms to 2s expected"},
		{"long time", "input: {max_age: 1m}",
			`c.yaml:1: input.max_age: "1m" given, a time with its unit, such as 80ms, from 1ms to 2s expected`},
		{"yes", "gpu: yes", `c.yaml:1: gpu: "yes" given, true or false expected`},
		{"nothing", "method:", "c.yaml:1: method: nothing given, one of cv, dl expected"},
		{"section for a value", "method: {a: 1}", "c.yaml:1: method: a section given, one of cv, dl expected"},
		{"value for a section", "input: 3", "c.yaml:1: input: 3 given, a section with name, stale_after, max_age, slots, address expected"},
		{"list for a file", "- 1", "c.yaml:1: a list of 1 given, a section with " + names + " expected"},
		{"short list", "steering: {offsets: [1, 0]}", "c.yaml:1: steering.offsets: a list of 2 given, a list of 3, each a number from -1 to 1 (m) expected"},
		{"item of a list", "steering:\n  offsets:\n  - 0\n  - 2\n  - 0",
			"c.yaml:4: steering.offsets[1]: 2 given, a number from -1 to 1 (m) expected"},
		{"value for a list", "steering: {gears: 3}", "c.yaml:1: steering.gears: 3 given, a list, each a whole number expected"},
		{"item without its key", "steering: {road: [{name: a}]}",
			"c.yaml:1: steering.road[0].length: nothing given, a number from 1 to 1000 (m) expected"},
		{"twice", "gpu: true\ngpu: false", "c.yaml:2: gpu: given a second time, first in line 1"},
		{"alias", "device: &d a\nmethod: *d", "c.yaml:2: method: an alias is not supported; write the value out"},
		{"two documents", "gpu: true\n---\ngpu: false", "c.yaml:2: a second document begins; a configuration is one"},
		{"no YAML", "gpu: true\n\tx: 1", "c.yaml:2: not YAML: found a tab character that violates indentation"},
		{"rule", "gpu: true\ninput:\n  max_age: 10ms", "c.yaml:2: input: max_age is less than stale_after"},
		{"all at once", "gpu: 1\nnope: 2\ninput: {slots: 0}", "c.yaml:1: gpu: 1 given, true or false expected\n" +
			"c.yaml:2: nope: unknown key (known here: " + names + ")\n" +
			"c.yaml:3: input.slots: 0 given, a whole number from 4 to 64 expected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := testDefaults()
			err := Load(&cfg, Text("c.yaml", []byte(c.yaml)))
			var config *ConfigError
			if !errors.As(err, &config) {
				t.Fatalf("%v, want a ConfigError", err)
			}
			if err.Error() != c.want {
				t.Errorf("\n got %s\nwant %s", err, c.want)
			}
			if !reflect.DeepEqual(cfg, testDefaults()) {
				t.Errorf("the configuration changed: %+v", cfg)
			}
		})
	}
}

func TestLoadValues(t *testing.T) {
	cfg := testDefaults()
	err := Load(&cfg, Text("c.yaml", []byte("# nothing but defaults\ninput:\n  # name: x\nsteering:\n  road: [{length: 5}]\n  gears: []\n"+
		"device: 0\ngpu: true\npoll: 1m30s")), Set("--set", "input.address=0x40", "device=a: b", "steering.gears=[010, 3]"))
	if err != nil {
		t.Fatal(err)
	}
	want := testDefaults()
	want.GPU, want.Device, want.Poll, want.Input.Address = true, "a: b", 90*time.Second, 64
	want.Steering.Road, want.Steering.Gears = []testRoad{{Length: 5}}, []int{10, 3}
	if !reflect.DeepEqual(cfg, want) {
		t.Errorf("\n got %+v\nwant %+v", cfg, want)
	}
}

func TestLoadPrecedence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte("steering: {kp: 1, ki: 1, limit: 0.1}\ninput: {slots: 5}"), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := []string{"HOME=/", "LANEKEEPER_OTHERD_KP=x", "LANEKEEPER_TESTD_STEERING_KP=2", "LANEKEEPER_TESTD_STEERING_KI=2",
		"LANEKEEPER_TESTD_INPUT_STALE_AFTER=90ms"}
	cfg := testDefaults()
	err := Load(&cfg, OptionalFile(file+".missing"), File(file), Environment("LANEKEEPER_TESTD_", environ), Set("--set", "steering.kp=3"))
	if err != nil {
		t.Fatal(err)
	}
	want := testDefaults()
	want.Steering.Kp, want.Steering.Ki, want.Steering.Limit = 3, 2, 0.1
	want.Input.Slots, want.Input.StaleAfter = 5, 90*time.Millisecond
	if !reflect.DeepEqual(cfg, want) {
		t.Errorf("\n got %+v\nwant %+v", cfg, want)
	}
}

func TestLoadProblemsOutsideAFile(t *testing.T) {
	for _, c := range []struct {
		source Source
		want   string
	}{
		{Set("--set", "steering.kpp=3"), "--set: steering.kpp: unknown key; did you mean steering.kp? (known here: kp, ki, limit, offsets, gears, road)"},
		{Set("--set", "steering=3"), "--set: steering: 3 given, a section with kp, ki, limit, offsets, gears, road expected"},
		{Set("--set", "method.x=3"), "--set: method.x: unknown key; did you mean method? (known here: method, gpu, device, input, steering, poll)"},
		{Set("--set", "kp"), `--set: "kp" given, key=value expected, such as --set section.key=1`},
		{Set("--set", "steering.kp=11"), "--set: steering.kp: 11 given, a number from 0 to 10 (1/m) expected"},
		{Set("--set", "steering.gears=[1"), `--set: steering.gears: "[1" given, a list, each a whole number expected`},
		{Environment("X_", []string{"X_STEERNG_KP=1"}), "X_STEERNG_KP: no key has this variable; did you mean X_STEERING_KP?"},
		{Environment("X_", []string{"X_POLL=1"}), "X_POLL: poll: 1 given, a time with its unit, such as 80ms, over 0s expected"},
	} {
		cfg := testDefaults()
		if err := Load(&cfg, c.source); err == nil || err.Error() != c.want {
			t.Errorf("\n got %v\nwant %s", err, c.want)
		}
	}
}

func TestTagsThatMakeNoSense(t *testing.T) {
	for _, c := range []struct {
		dst  any
		want string
	}{
		{testDefaults(), "loading a configuration into daemon.testConfig: a pointer to a struct expected"},
		{new(int), "reading the tags of int: not a struct"},
		{&struct{ A int }{}, `reading the tags of struct { A int }.A: yaml:"" is no name of a key`},
		{&struct {
			A int `yaml:"a" range:"1"`
		}{}, `reading the tags of struct { A int "yaml:\"a\" range:\"1\"" }.A: range "1" has no ".."`},
		{&struct {
			A map[string]int `yaml:"a"`
		}{}, `reading the tags of struct { A map[string]int "yaml:\"a\"" }.A: a configuration cannot hold map[string]int`},
	} {
		if err := Load(c.dst); err == nil || err.Error() != c.want {
			t.Errorf("\n got %v\nwant %s", err, c.want)
		}
	}
}

func TestWriteDefaultsIsRead(t *testing.T) {
	var b bytes.Buffer
	if err := WriteDefaults(&b, "testd: for tests", testDefaults()); err != nil {
		t.Fatal(err)
	}
	var cfg testConfig
	if err := Load(&cfg, Text("defaults", b.Bytes())); err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	if want := testDefaults(); !reflect.DeepEqual(cfg, want) {
		t.Errorf("\n got %+v\nwant %+v", cfg, want)
	}
	if want := "\n# What comes in.\ninput:\n  # Name of the segment.\n  name: camera_feed\n\n" +
		"  # Age at which a record counts for nothing.\n  stale_after: 80ms  # from 1ms to 2s\n"; !strings.Contains(b.String(), want) {
		t.Errorf("no %q in\n%s", want, b.String())
	}
}

// FuzzLoad holds that no file makes Load panic, and that what it accepts is within its limits and reads back the same after
// it was written.
func FuzzLoad(f *testing.F) {
	f.Add("steering: {kp: 1e-9, gears: [1, 2], road: [{length: 3, name: \"a\\n#b\"}]}\ndevice: '{'")
	f.Add("input: {name: ~, stale_after: 1h}\n? [a]\n: b")
	f.Add("a: &a [*a]\nb: !!binary x\n<<: *a")
	f.Add("device: \"\\x85 \\u2028\"\ngpu: !x true\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		cfg := testDefaults()
		if err := Load(&cfg, Text("fuzz", []byte(text))); err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		if s := cfg.Steering; !(s.Kp >= 0 && s.Kp <= 10 && s.Limit > 0 && s.Limit <= 1) || cfg.Input.Slots < 4 || cfg.Input.MaxAge < cfg.Input.StaleAfter {
			t.Errorf("accepted %+v", cfg)
		}
		var b bytes.Buffer
		if err := WriteDefaults(&b, "title", &cfg); err != nil {
			t.Fatal(err)
		}
		again := testDefaults()
		if err := Load(&again, Text("written", b.Bytes())); err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		var c bytes.Buffer
		if err := WriteDefaults(&c, "title", &again); err != nil || !bytes.Equal(b.Bytes(), c.Bytes()) {
			t.Errorf("written as\n%s\nread back as\n%s(%v)", b.String(), c.String(), err)
		}
	})
}

package e2e

import (
	"regexp"
	"strings"
	"testing"
)

// loud finds the log entries that a person would have to act on, with their message.
var loud = regexp.MustCompile(`(?m)^\S+ (?:warn|error) \S+ (.*?)(?: \{.*)?$`)

// TestQuiet holds that a start in any order, a drive, a disarm and a stop in the same order log nothing that a person has to
// act on. It runs in lock-step, where a busy machine is not late.
func TestQuiet(t *testing.T) {
	for _, order := range orders(laneSim, detectd, controld) {
		t.Run(strings.Join(order, ","), func(t *testing.T) {
			r := newRig(t, "road")
			p := r.startQuietly(order)
			if err := r.post(controld, "/disarm"); err != nil {
				t.Fatal(err)
			}
			for _, name := range order {
				p[name].stop(t)
			}
			for name, d := range p {
				if said := loud.FindAllString(d.output.String(), -1); said != nil {
					t.Errorf("%s: %s", name, strings.Join(said, "\n"))
				}
				if !strings.Contains(d.output.String(), " info ") {
					t.Errorf("%s logs nothing at all: is it looked for in another form?\n%s", name, d.output)
				}
			}
		})
	}
}

// TestOnlyTheLatchIsLoud has an operator press the emergency stop, clear it, and ask too early for the vehicle to be armed.
func TestOnlyTheLatchIsLoud(t *testing.T) {
	r := newRig(t, "road")
	p := r.startQuietly([]string{controld, detectd, laneSim})
	if err := r.post(controld, "/estop"); err != nil {
		t.Fatal(err)
	}
	r.refused("/arm", "emergency stop is set")
	if err := r.post(controld, "/estop/clear"); err != nil {
		t.Fatal(err)
	}
	for _, d := range p {
		d.stop(t)
	}
	said := loud.FindAllStringSubmatch(p[controld].output.String(), -1)
	if len(said) != 1 || said[0][1] != "the emergency stop is set" {
		t.Errorf("%q, the emergency stop alone expected", said)
	}
}

// startQuietly drives in lock-step.
func (r *rig) startQuietly(order []string) map[string]*process {
	r.t.Helper()
	more := map[string][]string{laneSim: {"--pacing", "lockstep"}, controld: {"--set", "control.clock=source"}}
	p := map[string]*process{}
	for _, name := range order {
		p[name] = r.start(name, more[name]...)
		awaitStatus(r, name, "ready", func(*struct{}) bool { return true })
	}
	r.commands.awaitMany(0, 15, "commands that drive the vehicle", (*command).moves)
	return p
}

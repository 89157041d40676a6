package booted

import (
	"strings"
	"testing"

	"lanekeeper/e2e/machine"
)

// TestReload: systemctl reload puts a good file into force, refuses a bad one and says why, and interrupts nothing.
func TestReload(t *testing.T) {
	v, p := driving(t)
	pid := v.Show("controld", "MainPID")

	// The simulator's vehicle comes from the environment, which counts more than the file: what is left to the file is changed.
	v.configure("controld", "\nslots: 16", "\nslotz: 16")
	if said, err := v.Try("systemctl", "reload", "controld"); err == nil {
		t.Errorf("a file with an unknown key was taken: %s", said)
	}
	v.expect("controld", "active")
	said := v.Journal("--unit=controld")
	if want := "slotz: unknown key; did you mean slots?"; !strings.Contains(said, want) {
		t.Errorf("the journal does not say %q:\n%s", want, said)
	}
	v.configure("controld", "\nslotz: 16", "\nslots: 16")
	v.configure("controld", "slots: 16", "slots: 32")
	v.Run("systemctl", "reload", "controld")
	v.expect("controld", "active")
	if said := v.Journal("--unit=controld"); !strings.Contains(said, "waiting for a restart: slots") {
		t.Errorf("the journal does not say that slots waits for a restart:\n%s", said)
	}

	if said := v.Run("lanectl", "params", "controld", "control.speed.degraded=0.5"); said != "changed: control.speed.degraded\n" {
		t.Errorf("setting a key said %q", said)
	}
	if said := v.Run("lanectl", "params", "controld", "control.speed.degraded"); !strings.Contains(said, "0.5 *") {
		t.Errorf("the key set is\n%s", said)
	}
	if said, err := v.Try("lanectl", "params", "controld", "control.speed.degraded=7"); err == nil || !strings.Contains(said, "from 0 to 1") {
		t.Errorf("a value out of range: %v, %s", err, said)
	}
	v.Run("systemctl", "reload", "controld")
	if said := v.Run("lanectl", "params", "controld", "control.speed.degraded"); strings.Contains(said, "*") {
		t.Errorf("after a reload the key set is\n%s", said)
	}

	if now := v.Show("controld", "MainPID"); now != pid {
		t.Errorf("controld was restarted: process %s, then %s", pid, now)
	}
	p.driving(machine.Patience)
}

// Package units asks systemd how its units are. It only reads: no unit is started, stopped or reset by it.
package units

import (
	"context"
	"fmt"

	"github.com/coreos/go-systemd/v22/dbus"
)

// Unit is how a unit is, in systemd's own words (org.freedesktop.systemd1(5)).
type Unit struct {
	Name           string // as it was asked for
	ID             string // its own name; another one than Name when that is an alias
	Load           string // loaded, not-found, masked, error, bad-setting
	Active         string // active, inactive, failed, activating, deactivating, reloading
	Sub            string // running, dead, listening, auto-restart, …
	Result         string // why it failed: success, exit-code, signal, watchdog, start-limit-hit, …; empty for a target
	ExecMainStatus int    // exit code of the main process that ended last, or its signal
	NRestarts      int    // automatic ones, since somebody last started it
	MainPID        int    // 0: none
	FragmentPath   string // of the unit's file
}

// Found says whether there is such a unit at all.
func (u Unit) Found() bool { return u.Load != "not-found" }

// bus is what is needed of a connection to systemd.
type bus interface {
	GetAllPropertiesContext(ctx context.Context, unit string) (map[string]any, error)
}

// Look asks for the named units and returns them in the same order; one that does not exist has Load "not-found". The
// error says why systemd cannot be asked: it does not run here, or no D-Bus leads to it.
func Look(ctx context.Context, names ...string) ([]Unit, error) {
	conn, err := dbus.NewWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking systemd over D-Bus: %w", err)
	}
	defer conn.Close()
	return look(ctx, conn, names)
}

// look asks as systemctl show does: a name that is not loaded is looked up, and an alias leads to its unit.
func look(ctx context.Context, b bus, names []string) ([]Unit, error) {
	list := make([]Unit, 0, len(names))
	for _, name := range names {
		p, err := b.GetAllPropertiesContext(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("asking systemd about %s: %w", name, err)
		}
		list = append(list, newUnit(name, p))
	}
	return list, nil
}

func newUnit(name string, p map[string]any) Unit {
	text := func(key string) string {
		s, _ := p[key].(string)
		return s
	}
	number := func(key string) int {
		switch n := p[key].(type) {
		case int32:
			return int(n)
		case uint32:
			return int(n)
		}
		return 0 // a kind of unit that has no such property
	}
	return Unit{
		Name: name, ID: text("Id"), Load: text("LoadState"), Active: text("ActiveState"), Sub: text("SubState"), Result: text("Result"),
		ExecMainStatus: number("ExecMainStatus"), NRestarts: number("NRestarts"), MainPID: number("MainPID"), FragmentPath: text("FragmentPath"),
	}
}

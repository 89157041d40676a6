package units

import (
	"context"
	"errors"
	"slices"
	"testing"
)

// fakeBus answers with the properties of the units that it has.
type fakeBus map[string]map[string]any

func (b fakeBus) GetAllPropertiesContext(_ context.Context, unit string) (map[string]any, error) {
	p, ok := b[unit]
	if !ok {
		return nil, errors.New("no answer")
	}
	return p, nil
}

func TestLook(t *testing.T) {
	b := fakeBus{
		"controld.service": {
			"Id": "controld.service", "LoadState": "loaded", "ActiveState": "failed", "SubState": "failed", "Result": "exit-code",
			"ExecMainStatus": int32(78), "NRestarts": uint32(3), "MainPID": uint32(0), "FragmentPath": "/lib/systemd/system/controld.service",
		},
		"lanekeeper-camera.service": {
			"Id": "camerad.service", "LoadState": "loaded", "ActiveState": "active", "SubState": "running", "Result": "success", "MainPID": uint32(412),
		},
		"lanekeeper.target": {"Id": "lanekeeper.target", "LoadState": "loaded", "ActiveState": "active", "SubState": "active"},
		"lane-sim.service":  {"Id": "lane-sim.service", "LoadState": "not-found", "ActiveState": "inactive", "SubState": "dead"},
	}
	got, err := look(t.Context(), b, []string{"lane-sim.service", "controld.service", "lanekeeper-camera.service", "lanekeeper.target"})
	want := []Unit{
		{Name: "lane-sim.service", ID: "lane-sim.service", Load: "not-found", Active: "inactive", Sub: "dead"},
		{Name: "controld.service", ID: "controld.service", Load: "loaded", Active: "failed", Sub: "failed", Result: "exit-code",
			ExecMainStatus: 78, NRestarts: 3, FragmentPath: "/lib/systemd/system/controld.service"},
		{Name: "lanekeeper-camera.service", ID: "camerad.service", Load: "loaded", Active: "active", Sub: "running", Result: "success", MainPID: 412},
		{Name: "lanekeeper.target", ID: "lanekeeper.target", Load: "loaded", Active: "active", Sub: "active"},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
	if got[0].Found() || !got[1].Found() {
		t.Errorf("lane-sim found: %v, controld found: %v; want only controld", got[0].Found(), got[1].Found())
	}
}

func TestLookSaysWhoIsMissing(t *testing.T) {
	_, err := look(t.Context(), fakeBus{}, []string{"controld.service"})
	if want := "asking systemd about controld.service: no answer"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestLookWithoutBus: where no bus leads to systemd, that is said, and nothing hangs.
func TestLookWithoutBus(t *testing.T) {
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+t.TempDir()+"/none")
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // root would go on to ask systemd itself
	if list, err := Look(ctx, "controld.service"); err == nil {
		t.Errorf("%+v without a bus", list)
	}
}

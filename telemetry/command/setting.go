package command

import (
	"errors"
	"fmt"
	"strings"

	"lanekeeper/telemetry"
)

// maxValues bounds a setting.
const maxValues = 64

// settable names the daemons whose parameters are changed from afar.
func settable() []string { return []string{"lane-detectd", "controld"} }

// guarded says why a key is not changed from afar, or nil.
func guarded(name string) error {
	for _, section := range []string{"control.gate", "control.clock"} {
		if name == section || strings.HasPrefix(name, section+".") || strings.HasPrefix(section, name+".") {
			return fmt.Errorf("%s: safety limits are changed on the vehicle only: lanectl params, or controld.yaml", name)
		}
	}
	return nil
}

// checkSetting refuses what no vehicle takes.
func checkSetting(s telemetry.Setting) error {
	known := false
	for _, d := range settable() {
		known = known || d == s.Daemon
	}
	switch {
	case !known:
		return fmt.Errorf("args.daemon: %q given, %s expected", short(s.Daemon), strings.Join(settable(), " or "))
	case len(s.Values) == 0:
		return errors.New("args.values: empty, keys and their values expected")
	case len(s.Values) > maxValues:
		return fmt.Errorf("args.values: %d given, at most %d expected", len(s.Values), maxValues)
	}
	for name, v := range s.Values {
		if err := guarded(name); err != nil {
			return err
		}
		switch v.(type) {
		case bool, float64, string:
		default:
			return fmt.Errorf("%s: a number, a text, true or false expected", short(name))
		}
	}
	return nil
}

// short is a text from afar for an answer or a log.
func short(text string) string {
	const most = 64
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}

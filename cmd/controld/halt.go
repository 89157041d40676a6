package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lanekeeper/actuator"
	"lanekeeper/daemon"
)

// driven says which actuator was driven last. It is written before the first command is applied, so that halt can make the
// actuator inert when controld is gone and its configuration may be broken. It stays when controld ends well too: a unit's
// ExecStopPost runs halt after every stop, and making an actuator inert twice does no harm.
type driven struct {
	Actuator string `json:"actuator"`
}

func drivenPath(p daemon.Place) string { return filepath.Join(p.RunDir, p.Prefix+"actuator.json") }

func remember(p daemon.Place, name string) error {
	text, err := json.Marshal(driven{Actuator: name})
	if err != nil {
		return fmt.Errorf("remembering the actuator: %w", err)
	}
	path := drivenPath(p)
	if err := os.WriteFile(path+".new", text, 0o640); err != nil {
		return fmt.Errorf("remembering the actuator: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("remembering the actuator: %w", err)
	}
	return nil
}

// halt makes the actuator that was driven last inert. None driven yet is nothing to do.
func halt(_ context.Context, p daemon.Place, stdout io.Writer) error {
	text, err := os.ReadFile(drivenPath(p))
	if errors.Is(err, fs.ErrNotExist) {
		_, err := fmt.Fprintln(stdout, "nothing was driven")
		return err
	}
	if err != nil {
		return fmt.Errorf("halting: %w", err)
	}
	var d driven
	if err := json.Unmarshal(text, &d); err != nil {
		return fmt.Errorf("halting: reading %s: %w", drivenPath(p), err)
	}
	act, err := actuator.New(d.Actuator)
	if err != nil {
		return fmt.Errorf("halting: %w", err)
	}
	if err := errors.Join(act.Halt(), act.Close()); err != nil {
		return fmt.Errorf("halting %s: %w", d.Actuator, err)
	}
	_, err = fmt.Fprintf(stdout, "%s is neutral\n", d.Actuator)
	return err
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"lanekeeper/manual"
)

// commands asks every binary of the repository at root to describe itself.
func commands(ctx context.Context, root string) ([]manual.Command, error) {
	entries, err := os.ReadDir(filepath.Join(root, "cmd"))
	if err != nil {
		return nil, fmt.Errorf("listing the commands: %w", err)
	}
	var list []manual.Command
	for _, e := range entries { // sorted by ReadDir
		// Without a stamp a binary is the same after a commit that does not touch it, and need not be linked anew.
		cmd := exec.CommandContext(ctx, "go", "run", "-buildvcs=false", "./cmd/"+e.Name(), "--manual")
		cmd.Dir, cmd.Stderr = root, os.Stderr
		text, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("asking %s to describe itself: %w", e.Name(), err)
		}
		var c manual.Command
		if err := json.Unmarshal(text, &c); err != nil {
			return nil, fmt.Errorf("reading how %s describes itself: %w", e.Name(), err)
		}
		if err := c.Check(); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return nil, errors.New("listing the commands: none in cmd")
	}
	return list, nil
}

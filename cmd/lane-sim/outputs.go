package main

import (
	"errors"
	"fmt"
	"os"
)

// tryOutputs tells before the drive what would fail in it or at its end. The trace is created anyway.
func (c *config) tryOutputs() error {
	if c.Report != "" {
		f, err := os.OpenFile(c.Report, os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return fmt.Errorf("trying the report: %w", err)
		}
		if err := f.Close(); err != nil {
			return fmt.Errorf("trying the report: %w", err)
		}
	}
	if c.Export != "" {
		if err := os.MkdirAll(c.Export, 0o755); err != nil {
			return fmt.Errorf("trying the export folder: %w", err)
		}
		f, err := os.CreateTemp(c.Export, ".try-*")
		if err != nil {
			return fmt.Errorf("trying the export folder: %w", err)
		}
		if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
			return fmt.Errorf("trying the export folder: %w", err)
		}
	}
	return nil
}

package daemon

import (
	"errors"
	"fmt"
	"strings"

	"go.uber.org/zap"
)

// Problem is one thing wrong with a configuration.
type Problem struct {
	Source  string `json:"source"`            // a file, "--set", an environment variable
	Line    int    `json:"line,omitempty"`    // in a file, from 1
	Key     string `json:"key,omitempty"`     // steering.kp
	Value   string `json:"value,omitempty"`   // what stands there
	Allowed string `json:"allowed,omitempty"` // what may stand there
	Nearest string `json:"nearest,omitempty"` // the known key or word that was likely meant
	Message string `json:"message"`           // all of that in words, without source and key
}

// String is the problem on one line: "controld.yaml:12: steering.kp: 20 given, a number from 0 to 10 (1/m) expected".
func (p Problem) String() string {
	s := p.Source
	if p.Line > 0 {
		s = fmt.Sprintf("%s:%d", p.Source, p.Line)
	}
	if p.Key != "" {
		s += ": " + p.Key
	}
	return s + ": " + p.Message
}

// ConfigError is a configuration that cannot be used. Its problems are all those found, in the order of the sources.
type ConfigError struct {
	Problems []Problem
}

// Error is one problem a line.
func (e *ConfigError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// fields is the problem as a log entry has it.
func (p Problem) fields() []zap.Field {
	fields := []zap.Field{zap.String("error", p.String()), zap.String("config_file", p.Source)}
	for _, f := range []struct{ name, value string }{
		{"config_key", p.Key}, {"config_value", p.Value}, {"config_allowed", p.Allowed}, {"config_nearest", p.Nearest},
	} {
		if f.value != "" {
			fields = append(fields, zap.String(f.name, f.value))
		}
	}
	if p.Line > 0 {
		fields = append(fields, zap.Int("config_line", p.Line))
	}
	return fields
}

// errorEntries is what to log of an error: an entry for each problem of a configuration, and one for any other error.
func errorEntries(err error) [][]zap.Field {
	var config *ConfigError
	if !errors.As(err, &config) {
		return [][]zap.Field{{zap.Error(err)}}
	}
	var entries [][]zap.Field
	for _, p := range config.Problems {
		entries = append(entries, p.fields())
	}
	return entries
}

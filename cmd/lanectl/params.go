package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"lanekeeper/daemon"
	"lanekeeper/inspect"
)

func paramsCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("params", stderr, "[flags] DAEMON [KEY | KEY=VALUE]…",
		"Shows the configuration of a running daemon ("+strings.Join(inspect.Names(), ", ")+"), or the keys given, or",
		"changes keys until it is reloaded or restarted: all of those given, or with an error none.")
	asJSON := fs.Bool("json", false, "write a JSON array instead of a table")
	if err := parsePlaceFlags(fs, place, args, true); err != nil {
		return err
	}
	if fs.NArg() == 0 {
		return usageError{fmt.Errorf("params: a daemon expected: %s", strings.Join(inspect.Names(), ", "))}
	}
	name, keys := fs.Arg(0), fs.Args()[1:]
	list, err := inspect.Params(ctx, *place, name)
	if err != nil {
		return err
	}
	shown, set, err := choose(list, keys)
	if err != nil {
		return usageError{fmt.Errorf("params: %w; lanectl params %s lists them", err, name)}
	}
	if len(set) > 0 {
		c, err := inspect.SetParams(ctx, *place, name, set)
		if err != nil {
			return err
		}
		_, err = io.WriteString(stdout, c.Text())
		return err
	}
	if *asJSON {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		return e.Encode(shown)
	}
	return writeParams(stdout, shown)
}

// choose finds the keys that are to be shown, all if none is given, and the values that are to be set.
func choose(list []daemon.Param, keys []string) (shown []daemon.Param, set map[string]any, err error) {
	if len(keys) == 0 {
		return list, nil, nil
	}
	set = map[string]any{}
	for _, key := range keys {
		key, value, change := strings.Cut(key, "=")
		found := false
		for _, p := range list {
			if p.Name == key || strings.HasPrefix(p.Name, key+".") && !change {
				shown, found = append(shown, p), true
				if change {
					set[key] = valueOf(p, value)
				}
			}
		}
		if !found {
			return nil, nil, fmt.Errorf("%s: no such key", key)
		}
	}
	if len(set) > 0 && len(set) != len(keys) {
		return nil, nil, fmt.Errorf("%s: KEY or KEY=VALUE expected, not both", strings.Join(keys, " "))
	}
	return shown, set, nil
}

// valueOf reads a value as the key has it: a text stands as it is, anything else as in JSON. What is neither goes as a text,
// and the daemon says what it expects.
func valueOf(p daemon.Param, text string) any {
	var v any
	if _, isText := p.Value.(string); isText || json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	return v
}

// writeParams writes a table. A star marks what differs from the built-in value.
func writeParams(w io.Writer, list []daemon.Param) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "KEY\tVALUE\tDEFAULT\tALLOWED\tWHILE RUNNING")
	for _, p := range list {
		value, builtIn := plain(p.Value), plain(p.Default)
		if value != builtIn {
			value += " *"
		}
		live := "–"
		if p.Live {
			live = "yes"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", p.Name, value, builtIn, p.Allowed, live)
	}
	return t.Flush()
}

// plain is a value as it is written on a command line.
func plain(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

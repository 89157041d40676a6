package sim

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed scenarios/*.yaml
var builtin embed.FS

// DefaultScenario is the one driven when none is named.
const DefaultScenario = "road"

// Names lists the built-in scenarios, sorted.
func Names() []string {
	entries, err := builtin.ReadDir("scenarios")
	if err != nil {
		return nil // an embedded folder cannot fail to be read
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

// Load reads a scenario: a built-in one by its name, or a file by its path, which ends in .yaml or .yml.
func Load(name string) (*Scenario, error) {
	if ext := path.Ext(name); ext == ".yaml" || ext == ".yml" {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading a scenario: %w", err)
		}
		return Parse(name, text)
	}
	text, err := builtin.ReadFile("scenarios/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("scenario %q: not built in; there are %s, or give the path of a .yaml file", name, strings.Join(Names(), ", "))
	}
	return Parse(name, text)
}

// Parse reads a scenario from YAML. Unknown keys and values out of range are errors that name line, key and what is
// allowed; name stands for the text in them.
func Parse(name string, text []byte) (*Scenario, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, fmt.Errorf("scenario %s: %w", name, err)
	}
	if len(root.Content) == 0 {
		return nil, fmt.Errorf("scenario %s: empty", name)
	}
	s := new(Scenario)
	if err := checkKeys(root.Content[0], reflect.TypeFor[Scenario](), ""); err != nil {
		return nil, fmt.Errorf("scenario %s: %w", name, err)
	}
	if err := root.Decode(s); err != nil {
		return nil, fmt.Errorf("scenario %s: %w", name, err)
	}
	if err := s.Validate(); err != nil {
		var key *KeyError
		if errors.As(err, &key) {
			return nil, fmt.Errorf("scenario %s: line %d: %w", name, lineOf(root.Content[0], key.Key), err)
		}
		return nil, fmt.Errorf("scenario %s: %w", name, err)
	}
	return s, nil
}

// checkKeys finds keys that the type does not have.
func checkKeys(n *yaml.Node, t reflect.Type, at string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for i, c := range n.Content {
			if err := checkKeys(c, t.Elem(), fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		fields := make(map[string]reflect.Type)
		var known []string
		for f := range t.Fields() {
			fields[f.Tag.Get("yaml")] = f.Type
			known = append(known, f.Tag.Get("yaml"))
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := strings.TrimPrefix(at+"."+n.Content[i].Value, ".")
			f, ok := fields[n.Content[i].Value]
			if !ok {
				return fmt.Errorf("line %d: %s: unknown key; there are %s", n.Content[i].Line, key, strings.Join(known, ", "))
			}
			if err := checkKeys(n.Content[i+1], f, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// lineOf is the line on which a key path such as lane.markings[1].width_m stands, or the nearest part of it that does.
func lineOf(n *yaml.Node, key string) int {
	line := n.Line
	for key != "" {
		var part string
		if i := strings.IndexAny(key[1:], ".["); i >= 0 {
			part, key = key[:i+1], key[i+1:]
		} else {
			part, key = key, ""
		}
		next, at := child(n, part)
		if next == nil {
			return line
		}
		n, line = next, at
	}
	return line
}

// child is one step of a key path, and the line on which it begins.
func child(n *yaml.Node, part string) (*yaml.Node, int) {
	if part[0] == '[' {
		var i int
		if _, err := fmt.Sscanf(part, "[%d]", &i); err != nil || n.Kind != yaml.SequenceNode || i >= len(n.Content) {
			return nil, 0
		}
		return n.Content[i], n.Content[i].Line
	}
	part = strings.TrimPrefix(part, ".")
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == part {
			return n.Content[i+1], n.Content[i].Line
		}
	}
	return nil, 0
}

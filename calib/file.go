package calib

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// DefaultPath is where a vehicle's calibration is looked for and written to when no other place is named.
const DefaultPath = "/etc/lanekeeper/calibration.yaml"

// Version is that of the file's format.
const Version = 1

// maxFile bounds what is read: a calibration takes a kilobyte.
const maxFile = 64 << 10

// Load reads a calibration file. The error says where in it what is wrong, and wraps fs.ErrNotExist when there is none.
func Load(path string) (*Calibration, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the calibration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading the calibration: %w", err)
	}
	c, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("reading the calibration %s: %w", path, err)
	}
	return c, nil
}

// Parse reads a calibration file's text. Unknown, missing and repeated keys, values of another type or out of range, and
// other versions are errors that say what to do.
func Parse(data []byte) (*Calibration, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("more than %d bytes: not a calibration file", maxFile)
	}
	var root yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	switch err := dec.Decode(&root); {
	case errors.Is(err, io.EOF) || err == nil && len(root.Content) == 0:
		return nil, errors.New("empty: write it with lanectl calibrate camera")
	case err != nil:
		return nil, err
	case !errors.Is(dec.Decode(new(yaml.Node)), io.EOF):
		return nil, errors.New("more than one YAML document")
	}
	top, err := mapping(root.Content[0], "", "version", "camera", "ground")
	if err != nil {
		return nil, err
	}
	if err := checkVersion(top["version"]); err != nil {
		return nil, err
	}
	if top["camera"] == nil {
		return nil, errors.New("camera: missing: lanectl calibrate camera writes it")
	}
	c := new(Calibration)
	sections := map[string]map[string]*yaml.Node{}
	if top["ground"] != nil {
		c.Ground = new(Ground)
	}
	entries := c.entries()
	for _, name := range []string{"camera", "ground"} {
		if top[name] == nil {
			continue
		}
		var known []string
		for _, e := range entries {
			if key, ok := strings.CutPrefix(e.key, name+"."); ok {
				known = append(known, key)
			}
		}
		if sections[name], err = mapping(top[name], name+".", known...); err != nil {
			return nil, err
		}
	}
	lines := map[string]int{}
	for _, e := range entries {
		section, key, _ := strings.Cut(e.key, ".")
		n := sections[section][key]
		if n == nil {
			return nil, fmt.Errorf("line %d: %s: missing", top[section].Line, e.key)
		}
		lines[e.key] = n.Line
		if problem := e.read(n); problem != "" {
			return nil, fmt.Errorf("line %d: %w", n.Line, &KeyError{e.key, problem})
		}
	}
	if err := c.Validate(); err != nil {
		var k *KeyError
		errors.As(err, &k) // Validate has no other
		return nil, fmt.Errorf("line %d: %w", lines[k.Key], err)
	}
	return c, nil
}

func checkVersion(n *yaml.Node) error {
	if n == nil {
		return fmt.Errorf("version: missing, %d expected: not a calibration file?", Version)
	}
	var v int
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || n.Decode(&v) != nil {
		return fmt.Errorf("line %d: version: %q, the number %d expected", n.Line, n.Value, Version)
	}
	if v != Version {
		return fmt.Errorf("line %d: version: %d, this program reads version %d: calibrate again, or use the program that wrote the file",
			n.Line, v, Version)
	}
	return nil
}

// mapping is a node's keys and values.
func mapping(n *yaml.Node, at string, known ...string) (map[string]*yaml.Node, error) {
	name := strings.TrimSuffix(at, ".")
	if name == "" {
		name = "the file"
	}
	if n.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: %s: keys and values expected", n.Line, name)
	}
	found := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !slices.Contains(known, key.Value):
			return nil, fmt.Errorf("line %d: %s%s: unknown key; there are %s", key.Line, at, key.Value, strings.Join(known, ", "))
		case found[key.Value] != nil:
			return nil, fmt.Errorf("line %d: %s%s: stands there twice", key.Line, at, key.Value)
		}
		found[key.Value] = n.Content[i+1]
	}
	return found, nil
}

// Bytes is the calibration as a file.
func (c *Calibration) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString("# A camera's calibration, for lane-detectd and lanectl. Written by lanectl calibrate; docs/calibration.md.\n")
	fmt.Fprintf(&b, "version: %d\n", Version)
	section := ""
	for _, e := range c.entries() {
		name, key, _ := strings.Cut(e.key, ".")
		if name != section {
			section = name
			fmt.Fprintf(&b, "%s:\n", name)
		}
		fmt.Fprintf(&b, "  %s: %s", key, e.text())
		if e.unit != "" {
			fmt.Fprintf(&b, " # %s", e.unit)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// Save writes the file anew, all of it or nothing: under another name, to the disk, and then renamed.
func (c *Calibration) Save(path string) error {
	if err := c.Validate(); err != nil {
		return fmt.Errorf("writing the calibration: %w", err)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // the link stays
	}
	if err := replace(path, c.Bytes()); err != nil {
		return fmt.Errorf("writing the calibration: %w", err)
	}
	return nil
}

// Writable tries whether Save can write there, before hours are spent on what to write.
func Writable(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("writing the calibration: %s: a file expected", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".calibration-*")
	if err != nil {
		return fmt.Errorf("writing the calibration: %w; name another place with --out, or use sudo", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func replace(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".calibration-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return nil //nolint:nilerr // it is written; a folder that may not be read cannot be flushed
	}
	// Some file systems cannot flush a folder. The file is whole either way.
	_ = d.Sync()
	return d.Close()
}

package keys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// DefaultDir is where a vehicle's keys are.
const DefaultDir = "/etc/lanekeeper/keys"

const (
	secretFile = "server.secret"
	publicFile = "server.public"
	viewersDir = "viewers"
	suffix     = ".public"
)

// ErrNone is a folder without a server's key.
var ErrNone = errors.New("there is no server key; make one with lanectl keys init")

// Keys are a vehicle's: its own, and those of the viewers that it knows.
type Keys struct {
	Server  Pair
	Viewers []Viewer // by name
}

// Load reads the keys in a folder. It refuses all of them when one is malformed, is there twice, or may have been read or
// written by somebody else; without a server's key it is ErrNone.
func Load(dir string) (*Keys, error) {
	if err := checkDir(dir); err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	secret, err := readFile(filepath.Join(dir, secretFile), secretMode)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("reading the keys in %s: %w", dir, ErrNone)
	case err != nil:
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	k := &Keys{}
	if k.Server, err = PairOf(secret); err != nil {
		return nil, fmt.Errorf("reading %s: %w", filepath.Join(dir, secretFile), err)
	}
	k.Viewers, err = List(dir)
	return k, err
}

// ByPublic is the viewer that has a key.
func (k *Keys) ByPublic(public string) (Viewer, bool) {
	i := slices.IndexFunc(k.Viewers, func(v Viewer) bool { return v.Public == public })
	if i < 0 {
		return Viewer{}, false
	}
	return k.Viewers[i], true
}

// ByName is the viewer of a name.
func (k *Keys) ByName(name string) (Viewer, bool) {
	i := slices.IndexFunc(k.Viewers, func(v Viewer) bool { return v.Name == name })
	if i < 0 {
		return Viewer{}, false
	}
	return k.Viewers[i], true
}

// List is who is authorised, by name. None is no error.
func List(dir string) ([]Viewer, error) {
	folder := filepath.Join(dir, viewersDir)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading who is authorised: %w", err)
	}
	if err := checkDir(folder); err != nil {
		return nil, fmt.Errorf("reading who is authorised: %w", err)
	}
	var all []Viewer
	has := map[string]string{}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok || strings.HasPrefix(name, ".") {
			continue // an editor's, or one that is being written
		}
		path := filepath.Join(folder, e.Name())
		text, err := readFile(path, publicMode)
		if err != nil {
			return nil, fmt.Errorf("reading who is authorised: %w", err)
		}
		v, err := parseViewer(name, text)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
		if other, double := has[v.Public]; double {
			return nil, fmt.Errorf("reading who is authorised: %s and %s have the same key; revoke one", other, name)
		}
		has[v.Public] = name
		all = append(all, v)
	}
	return all, nil
}

// ServerPublic is the vehicle's public key, for who may not read its secret one.
func ServerPublic(dir string) (string, error) {
	text, err := readFile(filepath.Join(dir, publicFile), publicMode)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading the server's key in %s: %w", dir, ErrNone)
	}
	if err != nil {
		return "", fmt.Errorf("reading the server's key: %w", err)
	}
	key := strings.TrimSpace(text)
	if err := CheckPublic(key); err != nil {
		return "", fmt.Errorf("reading %s: %w", filepath.Join(dir, publicFile), err)
	}
	return key, nil
}

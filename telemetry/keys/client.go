package keys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// PublicOf is a vehicle's public key, given as such or as a file that holds it.
func PublicOf(text string) (string, error) {
	if CheckPublic(text) == nil {
		return text, nil
	}
	data, err := os.ReadFile(text)
	if err != nil {
		return "", fmt.Errorf("a vehicle's key: %q is neither a key of 40 characters nor a file with one: %w", text, err)
	}
	key := strings.TrimSpace(string(data))
	if err := CheckPublic(key); err != nil {
		return "", fmt.Errorf("a vehicle's key: reading %s: %w", text, err)
	}
	return key, nil
}

// ClientFile is where the secret of this computer's own pair is, unless its user wants it elsewhere.
func ClientFile() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("looking for this computer's key: %w; --key FILE names it", err)
	}
	return filepath.Join(dir, "lanekeeper", "viewer.key"), nil
}

// LoadOrCreateClient is a laptop's own pair, whose secret is in a file. The first time it makes both, and the folder.
func LoadOrCreateClient(path string) (Pair, error) {
	for range 2 {
		text, err := readFile(path, secretMode)
		if err == nil {
			pair, err := PairOf(text)
			if err != nil {
				return Pair{}, fmt.Errorf("reading %s: %w", path, err)
			}
			return pair, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return Pair{}, fmt.Errorf("reading this computer's key: %w", err)
		}
		if err := createClient(path); err != nil && !errors.Is(err, fs.ErrExist) { // another process may have been faster
			return Pair{}, fmt.Errorf("making this computer's key: %w", err)
		}
	}
	return Pair{}, fmt.Errorf("making this computer's key: %s vanished again", path)
}

func createClient(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	pair, err := NewPair()
	if err != nil {
		return err
	}
	return createFile(path, pair.Secret+"\n", secretMode)
}

package keys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Init makes the folder and the vehicle's key pair. It never overwrites a key: made is false where there is one.
func Init(dir string) (public string, made bool, err error) {
	if err := makeDirs(dir); err != nil {
		return "", false, fmt.Errorf("making the keys' folder: %w", err)
	}
	k, err := Load(dir)
	if err == nil {
		// server.public may have been lost, or be another's.
		return k.Server.Public, false, writeFile(filepath.Join(dir, publicFile), k.Server.Public+"\n", publicMode)
	}
	if !errors.Is(err, ErrNone) {
		return "", false, err
	}
	pair, err := NewPair()
	if err != nil {
		return "", false, err
	}
	if err := createFile(filepath.Join(dir, secretFile), pair.Secret+"\n", secretMode); err != nil {
		return "", false, fmt.Errorf("writing the server's key: %w", err)
	}
	if err := writeFile(filepath.Join(dir, publicFile), pair.Public+"\n", publicMode); err != nil {
		return "", false, fmt.Errorf("writing the server's key: %w", err)
	}
	return pair.Public, true, nil
}

// Authorise lets a viewer in, or changes what it may do. A name that has another key is refused, and so is a key that has
// another name.
func Authorise(dir string, v Viewer) error {
	if err := v.check(); err != nil {
		return fmt.Errorf("authorising a viewer: %w", err)
	}
	all, err := List(dir)
	if err != nil {
		return err
	}
	for _, other := range all {
		switch {
		case other.Name == v.Name && other.Public != v.Public:
			return fmt.Errorf("authorising %s: the name has another key; revoke it first: lanectl keys revoke %s", v.Name, v.Name)
		case other.Name != v.Name && other.Public == v.Public:
			return fmt.Errorf("authorising %s: the key is %s's; revoke that first: lanectl keys revoke %s", v.Name, other.Name, other.Name)
		}
	}
	if public, err := ServerPublic(dir); err == nil && public == v.Public {
		return fmt.Errorf("authorising %s: this is the vehicle's own key; the viewer's is needed, which lane-viewer tells", v.Name)
	}
	if err := makeDirs(dir); err != nil {
		return fmt.Errorf("authorising %s: %w", v.Name, err)
	}
	if err := writeFile(viewerPath(dir, v.Name), v.text(), publicMode); err != nil {
		return fmt.Errorf("authorising %s: %w", v.Name, err)
	}
	return nil
}

// Revoke shuts a viewer out.
func Revoke(dir, name string) error {
	if err := checkName(name); err != nil {
		return fmt.Errorf("revoking a viewer: %w", err)
	}
	err := os.Remove(viewerPath(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("revoking %s: no such viewer; lanectl keys list shows who there is", name)
	}
	if err != nil {
		return fmt.Errorf("revoking %s: %w", name, err)
	}
	return syncDir(filepath.Dir(viewerPath(dir, name)))
}

func viewerPath(dir, name string) string { return filepath.Join(dir, viewersDir, name+suffix) }

package keys

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Stamp is a text that changes when the files in a folder do. It reads none of them. The error says that it cannot be told now,
// because this process, or the computer, has too many files open: that is no change.
func Stamp(dir string) (string, error) {
	var b strings.Builder
	for _, d := range []string{dir, filepath.Join(dir, viewersDir)} {
		entries, err := os.ReadDir(d)
		if errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE) {
			return "", fmt.Errorf("looking whether the keys have changed: %w", err)
		}
		if err != nil {
			fmt.Fprintln(&b, err)
			continue
		}
		for _, e := range entries {
			if st, err := e.Info(); err == nil && !strings.HasPrefix(e.Name(), ".") {
				fmt.Fprintln(&b, e.Name(), st.Size(), st.Mode(), st.ModTime().UnixNano())
			}
		}
	}
	return b.String(), nil
}

// Folders is a text that changes when a file comes into a folder or goes from it, which lanectl keys does with each change. It needs
// no descriptor.
func Folders(dir string) string {
	var b strings.Builder
	for _, d := range []string{dir, filepath.Join(dir, viewersDir)} {
		st, err := os.Stat(d)
		if err != nil {
			fmt.Fprintln(&b, err)
			continue
		}
		fmt.Fprintln(&b, st.Mode(), st.ModTime().UnixNano())
	}
	return b.String()
}

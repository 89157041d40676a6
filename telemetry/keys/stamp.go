package keys

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Stamp is a text that changes when the files in a folder do. It reads none of them.
func Stamp(dir string) string {
	var b strings.Builder
	for _, d := range []string{dir, filepath.Join(dir, viewersDir)} {
		entries, err := os.ReadDir(d)
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
	return b.String()
}

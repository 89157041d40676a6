package keys

import (
	"fmt"
	"slices"
	"strings"
)

// Role is what a viewer may do.
type Role string

// The roles. Who may operate may view.
const (
	View    Role = "view"
	Operate Role = "operate"
)

// Viewer is a laptop that the vehicle knows.
type Viewer struct {
	Name   string
	Public string // in Z85
	Role   Role
}

// MayOperate tells whether the viewer may command the vehicle.
func (v Viewer) MayOperate() bool { return v.Role == Operate }

func (v Viewer) check() error {
	if err := checkName(v.Name); err != nil {
		return err
	}
	if v.Role != View && v.Role != Operate {
		return fmt.Errorf("role %q: view or operate expected", v.Role)
	}
	return CheckPublic(v.Public)
}

const mostName = 32

// reserved are the names by which log and events call those who show no key: a person at the vehicle, a user of its commands'
// unix socket, who does not say, and the vehicle trying its own endpoints.
func reserved() []string { return []string{"vehicle", "local", "unknown", "self-test"} }

// checkName holds that a name is a file's, and that it can stand in a log line and a message property.
func checkName(name string) error {
	ok := name != "" && len(name) <= mostName && name[0] != '.'
	for _, c := range name {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.ContainsRune("._-", c))
	}
	if ok && slices.Contains(reserved(), name) {
		return fmt.Errorf("name %q: it stands for somebody else in the vehicle's log and events; give another", name)
	}
	if !ok {
		return fmt.Errorf("name %q: 1 to %d of a-z 0-9 . _ - expected, and no dot at the start", name, mostName)
	}
	return nil
}

// text is the viewer's file.
func (v Viewer) text() string { return fmt.Sprintf("key %s\nrole %s\n", v.Public, v.Role) }

// parseViewer reads a viewer's file.
func parseViewer(name, text string) (Viewer, error) {
	v := Viewer{Name: name}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case key == "":
		case key == "key" && v.Public == "":
			v.Public = value
		case key == "role" && v.Role == "":
			v.Role = Role(value)
		default:
			return v, fmt.Errorf("the line %q: one line with key and one with role expected", strings.TrimSpace(line))
		}
	}
	return v, v.check()
}

package doctor

import (
	"slices"
	"strconv"
	"strings"
)

// account is the user and group that the daemons run as.
const account = "lanekeeper"

// firstLoginUID is where the users begin who log in, not in SYS_UID_MIN … SYS_UID_MAX of login.defs(5).
const firstLoginUID = 1000

// group is a line of group(5).
type group struct {
	gid     int
	members []string
}

// userID is the number of a user of passwd(5).
func (s *System) userID(name string) (uid int, found bool) {
	uid, found = 0, false
	s.eachLine("/etc/passwd", func(field []string) {
		if n, err := strconv.Atoi(field[2]); err == nil && field[0] == name && !found {
			uid, found = n, true
		}
	})
	return uid, found
}

// userName is a user's name; a shell's variable when it is not in passwd(5).
func (s *System) userName(uid int) string {
	name := "$USER"
	s.eachLine("/etc/passwd", func(field []string) {
		if field[2] == strconv.Itoa(uid) {
			name = field[0]
		}
	})
	return name
}

func (s *System) group(name string) (g group, found bool) {
	s.eachLine("/etc/group", func(field []string) {
		if n, err := strconv.Atoi(field[2]); err == nil && field[0] == name && !found {
			g, found = group{gid: n, members: strings.Split(field[len(field)-1], ",")}, true
		}
	})
	return g, found
}

// groupName is a group's name, or its number when it has none.
func (s *System) groupName(gid int) string {
	name := strconv.Itoa(gid)
	s.eachLine("/etc/group", func(field []string) {
		if field[2] == strconv.Itoa(gid) {
			name = field[0]
		}
	})
	return name
}

// isMember tells whether the caller's login has the group.
func (s *System) isMember(g group) bool { return slices.Contains(s.Caller.GIDs, g.gid) }

// eachLine gives the fields of each line of passwd(5) or group(5).
func (s *System) eachLine(file string, do func(field []string)) {
	for line := range strings.Lines(s.value(file)) {
		if field := strings.Split(strings.TrimSpace(line), ":"); len(field) >= 4 {
			do(field)
		}
	}
}

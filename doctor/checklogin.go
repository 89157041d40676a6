package doctor

import "slices"

// checkLogin tells whether the caller may use the control sockets: a group that was joined counts from the next login on.
func checkLogin(s *System) []Finding {
	g, found := s.group(account)
	name := s.userName(s.Caller.UID)
	switch {
	case s.Caller.UID == 0:
		return []Finding{okay("root may use the control sockets")}
	case !found:
		return []Finding{skip("not checked: no group %s", account)}
	case s.isMember(g):
		return []Finding{okay("%s is in the group %s", name, account)}
	case slices.Contains(g.members, name):
		return []Finding{warn("log out and in again, or for this shell: newgrp "+account,
			"%s was added to the group %s but has not logged in since", name, account)}
	}
	return []Finding{warn("sudo usermod -aG "+account+" "+name+", then log in again",
		"%s is not in the group %s, so it may not use the control sockets (lanectl arm, estop)", name, account)}
}

package doctor

import "strings"

// checkUser looks at the user and the group that the daemons run as.
func checkUser(s *System) []Finding {
	const useradd = "sudo useradd --system --user-group --no-create-home --shell /usr/sbin/nologin " + account
	create := s.sysusers(useradd)
	uid, user := s.userID(account)
	g, grouped := s.group(account)
	switch {
	case !user && !grouped:
		return []Finding{s.needed(create, "no user and no group %s, as which the daemons run", account)}
	case !user:
		return []Finding{s.needed(s.sysusers(strings.Replace(useradd, "--user-group", "--gid "+account, 1)),
			"no user %s, as which the daemons run", account)}
	case !grouped:
		return []Finding{s.needed(s.sysusers("sudo groupadd --system "+account)+" && sudo usermod -g "+account+" "+account,
			"no group %s, which may use the segments and control sockets", account)}
	case uid >= firstLoginUID:
		// logind.conf(5): RemoveIPC= spares system users alone.
		return []Finding{fail("stop the daemons, then: sudo userdel "+account+" && "+useradd,
			"user %s has the number %d, so it is no system user, and its segments are deleted when its last login ends", account, uid)}
	}
	return []Finding{okay("user %s (%d) and group %s (%d)", account, uid, account, g.gid)}
}

// checkGroups looks for the groups that the units name: one that is missing keeps them from starting, with 216/GROUP.
func checkGroups(s *System) []Finding {
	var missing, create []string
	all := []string{"i2c", "gpio", "video", "dialout", "render"}
	for _, name := range all {
		if _, found := s.group(name); !found {
			missing = append(missing, name)
			create = append(create, "sudo groupadd --system "+name)
		}
	}
	if len(missing) > 0 {
		return []Finding{s.needed(s.sysusers(strings.Join(create, " && ")), "no group %s, so a unit that names it ends with 216/GROUP",
			strings.Join(missing, ", "))}
	}
	return []Finding{okay("%s", strings.Join(all, ", "))}
}

// sysusers is the command that makes the users and groups: systemd's, where the package has left its list, or the one by hand.
func (s *System) sysusers(byHand string) string {
	if s.first("/usr/lib/sysusers.d/"+account+".conf", "/etc/sysusers.d/"+account+".conf") != "" {
		return "sudo systemd-sysusers"
	}
	return byHand
}

package doctor

import "testing"

func TestUser(t *testing.T) {
	const create = "sudo useradd --system --user-group --no-create-home --shell /usr/sbin/nologin lanekeeper"
	const nobody = "no user and no group lanekeeper, as which the daemons run | "
	group := files{"/etc/group": groupList}
	try(t, checkUser, []trial{
		{"as it should be", with(packaged, accounts, group), nil, []string{"ok user lanekeeper (990) and group lanekeeper (990)"}},
		{"neither", packaged, nil, []string{"fail " + nobody + create}},
		{"neither, from the package", with(packaged, files{"/usr/lib/sysusers.d/lanekeeper.conf": ""}), nil, []string{"fail " + nobody + "sudo systemd-sysusers"}},
		{"neither, nor units", files{}, nil, []string{"warn " + nobody + create}},
		{"no user", with(packaged, group), nil, []string{"fail no user lanekeeper, as which the daemons run | " +
			"sudo useradd --system --gid lanekeeper --no-create-home --shell /usr/sbin/nologin lanekeeper"}},
		{"no group", with(packaged, accounts), nil, []string{"fail no group lanekeeper, which may use the segments and control sockets | " +
			"sudo groupadd --system lanekeeper && sudo usermod -g lanekeeper lanekeeper"}},
		{"a person", with(group, files{"/etc/passwd": "lanekeeper:x:1000:990::/home/lanekeeper:/bin/sh\n"}), nil,
			[]string{"fail user lanekeeper has the number 1000, so it is no system user, and its segments are deleted when its last login ends | " +
				"stop the daemons, then: sudo userdel lanekeeper && " + create}},
	})
}

func TestGroups(t *testing.T) {
	const all = "i2c:x:1:\ngpio:x:2:\nvideo:x:3:\ndialout:x:4:\nrender:x:5:\n"
	const some = "i2c:x:1:\nvideo:x:3:\ndialout:x:4:\n"
	const mend = "no group gpio, render, so a unit that names it ends with 216/GROUP | sudo groupadd --system gpio && sudo groupadd --system render"
	try(t, checkGroups, []trial{
		{"all", files{"/etc/group": all}, nil, []string{"ok i2c, gpio, video, dialout, render"}},
		{"some", with(packaged, files{"/etc/group": some}), nil, []string{"fail " + mend}},
		{"some, without units", files{"/etc/group": some}, nil, []string{"warn " + mend}},
	})
}

func TestLogin(t *testing.T) {
	const outside = "lanekeeper:x:990:\nlino:x:1234:\n"
	const added = "lanekeeper:x:990:anna,lino\nlino:x:1234:\n"
	try(t, checkLogin, []trial{
		{"in", with(accounts, files{"/etc/group": added}), func(s *System) { s.Caller.GIDs = []int{1234, 990} }, []string{"ok lino is in the group lanekeeper"}},
		{"added since", with(accounts, files{"/etc/group": added}), nil,
			[]string{"warn lino was added to the group lanekeeper but has not logged in since | log out and in again, or for this shell: newgrp lanekeeper"}},
		{"out", with(accounts, files{"/etc/group": outside}), nil,
			[]string{"warn lino is not in the group lanekeeper, so it may not use the control sockets (lanectl arm, estop) | " +
				"sudo usermod -aG lanekeeper lino, then log in again"}},
		{"of another directory", files{"/etc/group": outside}, nil,
			[]string{"warn $USER is not in the group lanekeeper, so it may not use the control sockets (lanectl arm, estop) | " +
				"sudo usermod -aG lanekeeper $USER, then log in again"}},
		{"root", files{}, func(s *System) { s.Caller.UID = 0 }, []string{"ok root may use the control sockets"}},
		{"no group", accounts, nil, []string{"skip not checked: no group lanekeeper"}},
	})
}

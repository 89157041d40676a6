package doctor

import (
	"errors"
	"os"
	"testing"

	"lanekeeper/inspect"
)

func TestMemoryLimit(t *testing.T) {
	const noMemory = "warn no memory controller: MemoryMax= of the units is not in force | "
	const header = "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
	try(t, checkMemoryLimit, []trial{
		{"v2", files{"/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n"}, nil, []string{"ok memory controller on (cgroup v2)"}},
		{"v1", files{"/proc/cgroups": header + "cpu\t3\t1\t1\nmemory\t4\t1\t1\n"}, nil, []string{"ok memory controller on (cgroup v1)"}},
		{"Raspberry Pi OS", files{"/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n", "/proc/cgroups": header + "memory\t0\t1\t0\n",
			"/boot/firmware/cmdline.txt": "console=tty1"}, nil,
			[]string{noMemory + "sudo sed -i '1s/$/ cgroup_enable=memory/' /boot/firmware/cmdline.txt && sudo reboot"}},
		{"Raspberry Pi OS 11", files{"/sys/fs/cgroup/cgroup.controllers": "cpu\n", "/boot/cmdline.txt": "console=tty1"}, nil,
			[]string{noMemory + "sudo sed -i '1s/$/ cgroup_enable=memory/' /boot/cmdline.txt && sudo reboot"}},
		{"v1, off", files{"/proc/cgroups": header + "memory\t0\t1\t0\n"}, nil,
			[]string{noMemory + "add cgroup_enable=memory to the kernel's command line, and reboot"}},
		{"unseen", files{}, nil, []string{"skip not checked: open /sys/fs/cgroup/cgroup.controllers: no such file or directory"}},
	})
}

func TestOpenFiles(t *testing.T) {
	limits := func(soft string) files {
		return files{"/proc/self/limits": "Limit                     Soft Limit           Hard Limit           Units\n" +
			"Max processes             3000                 3000                 processes\n" +
			"Max open files            " + soft + "                 1048576              files\n"}
	}
	try(t, checkOpenFiles, []trial{
		{"usual", limits("1024"), nil, []string{"ok 1024 for this login"}},
		{"boundless", limits("unlimited"), nil, []string{"ok unlimited for this login"}},
		{"few", limits("64"), nil, []string{"warn 64: a daemon that is started by hand may need more | ulimit -n 1024"}},
		{"no such line", files{"/proc/self/limits": "x"}, nil, []string{"skip not checked: /proc/self/limits has no line of open files"}},
		{"unseen", files{}, nil, []string{"skip not checked: open /proc/self/limits: no such file or directory"}},
	})
}

func TestSharedMemory(t *testing.T) {
	const mib = 1 << 20
	mounted := files{"/proc/self/mounts": "/dev/root / ext4 rw 0 0\nudev /dev devtmpfs rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n"}
	space := func(size, free uint64) func(s *System) {
		return func(s *System) { s.Shm = Space{Size: size, Free: free} }
	}
	const larger = "sudo mount -o remount,size=256M /dev/shm; for good, in /etc/fstab: tmpfs /dev/shm tmpfs nosuid,nodev,size=256M 0 0"
	const small = "warn /dev/shm: 64 MiB is too small for pictures of 1920×1080, which take 94 while camerad restarts | "
	try(t, checkSharedMemory, []trial{
		{"room enough", mounted, space(463*mib, 400*mib), []string{"ok /dev/shm: tmpfs, 400 of 463 MiB free"}},
		{"small", mounted, space(64*mib, 60*mib), []string{small + larger}},
		{"a container's", with(mounted, files{"/.dockerenv": ""}), space(64*mib, 60*mib), []string{small + "start the container with --shm-size=256m"}},
		{"tiny", mounted, space(8*mib, 8*mib), []string{"fail /dev/shm: 8 of 8 MiB free, and a segment of 800×600 pictures needs 10 | " + larger}},
		{"full", mounted, func(s *System) {
			s.Shm = Space{Size: 463 * mib, Free: 30 * mib}
			s.View.Segments = []inspect.Segment{{Name: "control_commands", Kind: "command", Bytes: 5120},
				{Name: "camera_feed", Kind: "frame", Bytes: 47 * mib}}
		}, []string{"fail /dev/shm: 30 of 463 MiB free, and a new camera_feed beside the old one needs 47 | " +
			"see what fills it: ls -lS /dev/shm; what dead owners left goes with: lanectl clean"}},
		{"not mounted", files{"/proc/self/mounts": "/dev/root / ext4 rw 0 0\nudev /dev devtmpfs rw 0 0\n"}, nil,
			[]string{"fail /dev/shm is no tmpfs but devtmpfs, mounted on /dev | sudo mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs /dev/shm"}},
		{"on a disk", with(mounted), func(s *System) { s.Place.ShmDir = "/home/lino/shm" },
			[]string{"warn /home/lino/shm is no tmpfs but ext4, mounted on / | leave out --shm-dir, or name a directory in /dev/shm"}},
		{"a namesake", with(mounted), func(s *System) { s.Place.ShmDir = "/dev/shmem" },
			[]string{"warn /dev/shmem is no tmpfs but devtmpfs, mounted on /dev | leave out --shm-dir, or name a directory in /dev/shm"}},
		{"unknown room", mounted, func(s *System) { s.ShmErr = errors.New("no answer") }, []string{"skip not checked: no answer"}},
		{"unseen", files{}, nil, []string{"skip not checked: open /proc/self/mounts: no such file or directory"}},
	})
}

// TestProtectedFiles: only root, beside another user's segment, has to know.
func TestProtectedFiles(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	lock := files{"/proc/sys/fs/protected_regular": "2\n", "/dev/shm/camera_feed.lock": ""}
	for _, c := range []struct {
		name       string
		caller, of int
		sysctl     string
		want       bool
	}{
		{"root beside another's", 0, 990, "2\n", true},
		{"root beside its own", 0, 0, "2\n", false},
		{"another user", caller, 990, "2\n", false},
		{"switched off", 0, 990, "0\n", false},
	} {
		s := machine(t, with(lock, files{"/proc/sys/fs/protected_regular": c.sysctl}))
		s.Caller.UID = c.caller
		s.View.Segments = []inspect.Segment{{Name: "camera_feed"}}
		if err := os.Chown(s.path("/dev/shm/camera_feed.lock"), c.of, c.of); err != nil {
			t.Fatal(err)
		}
		f, got := s.protectedFiles("/dev/shm")
		if got != c.want || got && f.Found != "fs.protected_regular is 2: a daemon that root starts by hand cannot take over the segments of another user" {
			t.Errorf("%s: %v, %q", c.name, got, f.Found)
		}
	}
}

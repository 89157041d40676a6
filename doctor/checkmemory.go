package doctor

import (
	"strings"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

// frameSlots is how many pictures the doctor reckons a segment to hold.
const frameSlots = 8

// frameSegment is about the size of a segment of colour pictures, in bytes.
func frameSegment(width, height int) uint64 {
	return uint64(shm.HeaderBytes + frameSlots*(shm.SlotHeaderBytes+msg.FrameHeaderBytes+3*width*height))
}

// checkSharedMemory looks at the file system that the segments are on. A daemon that restarts builds its segment beside
// the old one, so there has to be room for both.
func checkSharedMemory(s *System) []Finding {
	dir := s.Place.ShmDir
	mount, kind, err := s.mountOf(dir)
	switch {
	case err != nil:
		return []Finding{unseen(err)}
	case kind != "tmpfs" && kind != "ramfs" && dir == "/dev/shm":
		return []Finding{fail("sudo mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs /dev/shm",
			"%s is no tmpfs but %s, mounted on %s", dir, kind, mount)}
	case kind != "tmpfs" && kind != "ramfs":
		return []Finding{warn("leave out --shm-dir, or name a directory in /dev/shm", "%s is no tmpfs but %s, mounted on %s", dir, kind, mount)}
	case s.ShmErr != nil:
		return []Finding{skip("not checked: %v", s.ShmErr)}
	}
	found := []Finding{s.room(dir, mount)}
	if f, relevant := s.protectedFiles(dir); relevant {
		found = append(found, f)
	}
	return found
}

func (s *System) room(dir, mount string) Finding {
	larger := "sudo mount -o remount,size=256M " + mount + "; for good, in /etc/fstab: tmpfs " + mount + " tmpfs nosuid,nodev,size=256M 0 0"
	if s.first("/.dockerenv", "/run/.containerenv") != "" {
		larger = "start the container with --shm-size=256m"
	}
	size, free := s.Shm.Size, s.Shm.Free
	need, forWhat := frameSegment(800, 600), "a segment of 800×600 pictures"
	for _, segment := range s.View.Segments {
		if b := uint64(segment.Bytes); segment.Kind == "frame" && b > 0 {
			need, forWhat = b, "a new "+segment.Name+" beside the old one"
		}
	}
	switch big := 2 * frameSegment(1920, 1080); {
	case free < need && size >= big:
		return fail("see what fills it: ls -lS "+dir+"; what dead owners left goes with: lanectl clean",
			"%s: %d of %d MiB free, and %s needs %d", dir, free>>20, size>>20, forWhat, need>>20)
	case free < need:
		return fail(larger, "%s: %d of %d MiB free, and %s needs %d", dir, free>>20, size>>20, forWhat, need>>20)
	case size < big:
		return warn(larger, "%s: %d MiB is too small for pictures of 1920×1080, which take %d while camerad restarts", dir, size>>20, big>>20)
	}
	return okay("%s: tmpfs, %d of %d MiB free", dir, free>>20, size>>20)
}

// mountOf finds the file system that a directory is on in the kernel's list of mounts (fstab(5)).
func (s *System) mountOf(dir string) (mount, kind string, err error) {
	text, err := s.read("/proc/self/mounts")
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) >= 3 && len(f[1]) >= len(mount) && strings.HasPrefix(dir+"/", strings.TrimSuffix(f[1], "/")+"/") {
			mount, kind = f[1], f[2]
		}
	}
	return mount, kind, err
}

// protectedFiles tells root what sysctl fs.protected_regular keeps from it: to open for creation, in a directory like
// /dev/shm, what belongs to another. So it is root alone, and only beside another's segments, that is told.
func (s *System) protectedFiles(dir string) (f Finding, relevant bool) {
	protected := s.value("/proc/sys/fs/protected_regular")
	if s.Caller.UID != 0 || protected == "" || protected == "0" {
		return Finding{}, false
	}
	for _, segment := range s.View.Segments {
		if uid, _, _, err := s.owner(dir + "/" + s.Place.Prefix + segment.Name + ".lock"); err == nil && uid != 0 {
			return okay("fs.protected_regular is %s: a daemon that root starts by hand cannot take over the segments of another user",
				protected), true
		}
	}
	return Finding{}, false
}

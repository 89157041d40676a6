package e2e

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// driveCommand starts lanectl drive with segments and results in folders of its own, and with nobody who looks on.
func driveCommand(t *testing.T, args ...string) (p *process, shmDir, outDir string) {
	t.Helper()
	return shownDrive(t, append([]string{"--viewer", "none"}, args...)...)
}

// shownDrive is the same with the page in the browser.
func shownDrive(t *testing.T, args ...string) (p *process, shmDir, outDir string) {
	t.Helper()
	shmDir, outDir = folder(t, daemon.DefaultShmDir), t.TempDir()
	return spawn(t, lanectl, append([]string{"drive", "--shm-dir", shmDir, "--out", outDir}, args...)...), shmDir, outDir
}

// awaitEmpty waits until nothing is left in a folder.
func awaitEmpty(t *testing.T, dir string) {
	t.Helper()
	var entries []os.DirEntry
	for until := time.Now().Add(patience); time.Now().Before(until); <-time.After(20 * time.Millisecond) {
		var err error
		if entries, err = os.ReadDir(dir); err != nil {
			t.Fatal(err)
		}
		if len(entries) == 0 {
			return
		}
	}
	t.Errorf("left in %s: %v", dir, entries)
}

func TestDriveCommand(t *testing.T) {
	p, shmDir, outDir := driveCommand(t, "--scenario", "tape", "--lockstep", "--distance", "4")
	if code := p.wait(t, 2*patience); code != 0 {
		t.Fatalf("exit code %d\n%s", code, p.output)
	}
	for _, want := range []string{"The vehicle kept its lane: 4 m", "both lines in ", "capture → command p50", "drive.png"} {
		if !strings.Contains(p.output.String(), want) {
			t.Errorf("%q is not in what it said:\n%s", want, p.output)
		}
	}
	f, err := os.Open(filepath.Join(outDir, "drive.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if c, err := png.DecodeConfig(f); err != nil || c.Width < 960 || c.Height != 960 {
		t.Errorf("the picture of the drive: %+v, %v", c, err)
	}
	awaitEmpty(t, shmDir)
}

// However it is ended, no daemon lives on and no segment stays.
func TestDriveCommandEnds(t *testing.T) {
	for name, s := range map[string]syscall.Signal{"Ctrl-C": syscall.SIGINT, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			p, shmDir, _ := driveCommand(t, "--scenario", "tape", "--duration", "10m")
			awaitFiles(t, shmDir, 6) // three segments and their locks
			p.signal(t, s)
			code := p.wait(t, patience)
			if want := map[syscall.Signal]int{syscall.SIGINT: 0, syscall.SIGKILL: -1}[s]; code != want && !strings.Contains(p.output.String(), "no frame") {
				t.Errorf("exit code %d, %d expected\n%s", code, want, p.output)
			}
			awaitEmpty(t, shmDir)
		})
	}
}

func awaitFiles(t *testing.T, dir string, n int) {
	t.Helper()
	for until := time.Now().Add(patience); ; <-time.After(20 * time.Millisecond) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) >= n {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("%d files in %s, %d expected", len(entries), dir, n)
		}
	}
}

// A daemon that dies under it is started again, and the drive does not pass for a good one.
func TestDriveCommandRestarts(t *testing.T) {
	p, shmDir, _ := driveCommand(t, "--scenario", "tape", "--lockstep", "--distance", "4")
	awaitFiles(t, shmDir, 6)
	killOwner(t, shmDir, "detection_results")
	if code := p.wait(t, 2*patience); code != 1 || !strings.Contains(p.output.String(), "daemons died 1 times") {
		t.Errorf("exit code %d\n%s", code, p.output)
	}
	awaitEmpty(t, shmDir)
}

// killOwner ends the daemon that owns a segment as a crash would.
func killOwner(t *testing.T, shmDir, segment string) {
	t.Helper()
	list, err := shm.List(shmDir, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if strings.HasSuffix(s.Name, segment) && s.OwnerPid > 0 {
			if err := syscall.Kill(s.OwnerPid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("nobody owns %s in %+v", segment, list)
}

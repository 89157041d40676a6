package inspect

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

func table(t *testing.T, p daemon.Place, pairs ...string) string {
	t.Helper()
	var b strings.Builder
	if err := Look(t.Context(), p).Table(&b); err != nil {
		t.Fatal(err)
	}
	pairs = append(pairs, regexpOf(p.ShmDir), "SHM", regexpOf(p.RunDir), "RUN", `\b[0-9.]+m?s\b`, "TIME", " +", " ", "(?m) $", "")
	return general(b.String(), pairs...)
}

func regexpOf(text string) string { return strings.ReplaceAll(text, ".", `\.`) }

func TestLookAtNothing(t *testing.T) {
	p := place(t)
	p.RunDir = filepath.Join(p.RunDir, "missing")
	want := `DAEMON PID UPTIME VERSION STATUS
camerad – – – not running
lane-sim – – – not running
lane-detectd – – – not running
controld – – – not running

no segments

problems:
 the directory of control sockets RUN is missing: no daemon has been started here, or each was given another --run-dir
`
	if got := table(t, p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	p.ShmDir = filepath.Join(p.ShmDir, "missing")
	v := Look(t.Context(), p)
	if want := "listing segments: open " + p.ShmDir + ": no such file or directory"; len(v.Problems) != 2 || v.Problems[1] != want {
		t.Errorf("problems %q, want one of the run directory and %q", v.Problems, want)
	}
}

func TestLookAtDaemonsAndSegments(t *testing.T) {
	p := place(t)
	controld := start(t, p, "controld", msg.ControlCommands)
	camerad := start(t, p, "camerad", "renamed_feed")
	abandon(t, p, "old")
	if err := create(t, p, "short").Write(nil); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(segmentPath(p, "short"), 4096); err != nil {
		t.Fatal(err)
	}
	create(t, p, "gone")
	if err := os.Remove(segmentPath(p, "gone")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(lockPath(p, "lone"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(segmentPath(p, "stranger"), []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := `DAEMON PID UPTIME VERSION STATUS
camerad CAMERAD TIME v1.2.3 standing by
lane-sim – – – not running
lane-detectd – – – not running
controld CONTROLD TIME v1.2.3 standing by

SEGMENT KIND SIZE SLOTS OWNER RECORDS AGE STATE
control_commands command 5.0 KiB 4 CONTROLD 0 – open
gone – 0 B – TEST 0 – damaged
lone – 0 B – – 0 – dead
old command 5.0 KiB 4 – 1 TIME dead
renamed_feed command 5.0 KiB 4 CAMERAD 0 – open
short – 4.0 KiB – TEST 0 – damaged

problems:
 gone: removed, or not made yet: its owner, pid TEST, makes it anew by itself
 lone: only the lock file of a dead process is left: lanectl clean --shm-dir SHM --prefix p- lone
 old: its owner is dead: lanectl clean --shm-dir SHM --prefix p- old
 short: opening SHM/p-short: truncated segment: 4096 bytes long where its header says 5120; restart its writer
`
	got := table(t, p, fmt.Sprint(`\b`, controld.Process.Pid, `\b`), "CONTROLD", fmt.Sprint(`\b`, camerad.Process.Pid, `\b`), "CAMERAD",
		fmt.Sprint(`\b`, os.Getpid(), `\b`), "TEST")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLookAsJSON(t *testing.T) {
	p := place(t)
	cmd := start(t, p, "controld", msg.ControlCommands)
	v := Look(t.Context(), p)
	v.Daemons[3].UptimeS = 1.5
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"prefix":"p-","daemons":[{"name":"camerad","running":false,"line":"not running"},{"name":"lane-sim","running":false,` +
		`"line":"not running"},{"name":"lane-detectd","running":false,"line":"not running"},{"name":"controld","running":true,"pid":PID,` +
		`"uptime_s":1.5,"version":"v1.2.3","line":"standing by","detail":{"state":"standby"}}],"segments":[{"name":"control_commands",` +
		`"kind":"command","bytes":5120,"slots":4,"owner_pid":PID,"records":0,"age_ms":null,"state":"open"}],"problems":[]}`
	if got := strings.ReplaceAll(string(text), fmt.Sprint(cmd.Process.Pid), "PID"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestLookWakesNobody holds the sockets as systemd does: with no daemon behind them. The first who connects is the test.
func TestLookWakesNobody(t *testing.T) {
	p := place(t)
	abandon(t, p, msg.CameraFeed)
	create(t, p, msg.CameraFeed) // by some other program than camerad: this one
	listeners := map[string]net.Listener{}
	for _, k := range knownDaemons() {
		l, err := net.Listen("unix", daemon.SocketPath(p.RunDir, p.Prefix, k.name))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		listeners[k.name] = l
	}
	for _, d := range Look(t.Context(), p).Daemons {
		if d.Running || d.Problem != "" || d.Line != "not running" {
			t.Errorf("%+v, want one that is not running", d)
		}
	}
	if err := EmergencyStop.Give(t.Context(), p); err == nil {
		t.Error("an order was carried out by nobody")
	}
	for name, l := range listeners {
		ours, err := net.Dial("unix", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer ours.Close()
		if _, err := ours.Write([]byte("test")); err != nil {
			t.Fatal(err)
		}
		first, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer first.Close()
		said := make([]byte, 4)
		if n, _ := first.Read(said); string(said[:n]) != "test" {
			t.Errorf("%s was connected to before: %q", name, said[:n])
		}
	}
}

func TestLookAtDaemonWithoutSocket(t *testing.T) {
	p := place(t)
	create(t, p, msg.ControlCommands) // lives, and owns what only controld writes
	d := Look(t.Context(), p).Daemons[3]
	want := "runs, but not with the control socket " + p.RunDir + "/p-controld.sock: it is starting or stopping, or was given another --run-dir"
	if !d.Running || d.PID != os.Getpid() || d.Line != "running" || d.Problem != want {
		t.Errorf("%+v, want the problem %q", d, want)
	}
}

func TestFreshRecordIsEvidence(t *testing.T) {
	p := place(t)
	abandon(t, p, msg.ControlCommands)
	i := shm.Inspect(p.ShmDir, p.Prefix, msg.ControlCommands)
	for _, c := range []struct {
		ageNs int64
		alive bool
	}{{0, true}, {recent - 1, true}, {recent, false}} {
		e := evidence{place: p, nowNs: i.PublishNs + c.ageNs}
		if alive := e.publishes(knownControld()); alive != c.alive {
			t.Errorf("a record %d ns old: alive %v, want %v", c.ageNs, alive, c.alive)
		}
		if pid, alive := e.of(knownControld()); pid != 0 || alive {
			t.Errorf("a record %d ns old: pid %d, alive %v; a look must not take it for evidence", c.ageNs, pid, alive)
		}
	}
}

func TestLookAtHungDaemon(t *testing.T) {
	p := place(t)
	cmd := start(t, p, "controld", msg.ControlCommands)
	if err := cmd.Process.Signal(unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Signal(unix.SIGCONT)
	d := Look(t.Context(), p).Daemons[3]
	want := "gave no answer at " + p.RunDir + "/p-controld.sock within 2s: it hangs; see its log, or restart it"
	if !d.Running || d.PID != cmd.Process.Pid || d.Problem != want {
		t.Errorf("%+v, want the problem %q", d, want)
	}
}

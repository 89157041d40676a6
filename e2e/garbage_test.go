package e2e

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lanekeeper/telemetry/keys"
)

// garbage is what may come in on a port below the level of messages: ZMTP 3.1 (ZeroMQ RFC 37), more or less.
type garbage struct{ *rand.Rand }

func (g garbage) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.IntN(256))
	}
	return b
}

// greeting begins a connection as a client does.
func (g garbage) greeting(mechanism string) []byte {
	b := make([]byte, 64)
	b[0], b[8], b[9], b[10], b[11] = 0xff, 1, 0x7f, 3, byte(g.IntN(3))
	copy(b[12:32], mechanism)
	return b
}

// frame has a body of the length that it says, or of another.
func (g garbage) frame(flags byte, body []byte) []byte {
	b := []byte{flags | 2}
	size := uint64(len(body))
	switch g.IntN(6) {
	case 0:
		size = g.Uint64()
	case 1:
		size = uint64(g.IntN(200))
	case 2:
		b[0] |= byte(g.IntN(256))
	}
	return append(binary.BigEndian.AppendUint64(b, size), body...)
}

// ready is the command that ends a handshake in clear; its property may have any length.
func (g garbage) ready() []byte {
	body := append([]byte("\x05READY"), "\x0bSocket-Type"...)
	length := uint32(3)
	if g.IntN(3) == 0 {
		length = g.Uint32()
	}
	body = append(binary.BigEndian.AppendUint32(body, length), "SUB"...)
	if g.IntN(2) == 0 {
		return append([]byte{4, byte(len(body))}, body...)
	}
	return g.frame(4, body)
}

// talk is what one connection says.
func (g garbage) talk() []byte {
	switch g.IntN(6) {
	case 0:
		return g.bytes(g.IntN(4096))
	case 1:
		return g.greeting("NULL")[:g.IntN(64)]
	case 2: // a key that is none
		hello := append([]byte("\x05HELLO"), g.bytes(194)...)
		return append(g.greeting("CURVE"), g.frame(4, hello[:g.IntN(len(hello))])...)
	case 3:
		return append(g.greeting(string(g.bytes(20))), g.bytes(500)...)
	}
	b := append(g.greeting("NULL"), g.ready()...)
	for range g.IntN(8) {
		switch g.IntN(5) {
		case 0:
			b = append(b, g.frame(0, append([]byte{byte(g.IntN(3))}, g.bytes(g.IntN(300))...))...) // a subscription, perhaps
		case 1:
			b = append(b, g.frame(4, append([]byte("\x04PING"), g.bytes(g.IntN(40))...))...)
		case 2:
			b = append(b, g.frame(4, append([]byte("\x09SUBSCRIBE"), g.bytes(g.IntN(40))...))...)
		case 3:
			b = append(b, g.frame(1, g.bytes(g.IntN(100)))...) // more is to follow
		default:
			b = append(b, g.frame(byte(g.IntN(8)), g.bytes(g.IntN(2000)))...)
		}
	}
	return b
}

// connections that say nothing and stay.
const idlers = 300

// TestGarbage throws garbage at the ports of both daemons for a while, one in clear and one with keys. The processes that listen may end of it; the daemons do not,
// the vehicle drives, and viewers see it again.
func TestGarbage(t *testing.T) {
	needPython(t)
	const lasts = 5 * time.Second
	r := newRig(t, "road")
	keysDir := filepath.Join(t.TempDir(), "keys")
	if _, _, err := keys.Init(keysDir); err != nil {
		t.Fatal(err)
	}
	p, endpoint := r.watched()
	p[controld].stop(t)
	p[controld] = r.start(controld, "--set", "telemetry.enabled=true", "--set", "telemetry.endpoint=tcp://0.0.0.0:*", "--set", "telemetry.keys_dir="+keysDir)
	encrypted := r.served(controld, 0).Telemetry
	if !encrypted.Encrypted {
		t.Fatalf("%+v", encrypted)
	}
	r.driving(r.commands.mark())
	ports := []string{endpoint, strings.Replace(encrypted.Endpoint, "0.0.0.0", "127.0.0.1", 1)}
	mark := r.commands.mark()
	open := map[string]int{detectd: descriptors(t, p[detectd]), controld: descriptors(t, p[controld])}
	var all sync.WaitGroup
	end := time.Now().Add(lasts)
	for i := range 4 {
		g := garbage{rand.New(rand.NewPCG(5, uint64(i)))}
		address := strings.TrimPrefix(ports[i%2], "tcp://")
		all.Go(func() {
			for time.Now().Before(end) {
				c, err := net.DialTimeout("tcp", address, time.Second)
				if err != nil {
					continue // its process has ended, or accepts no more for now
				}
				_ = c.SetDeadline(time.Now().Add(20 * time.Millisecond))
				say := g.talk()
				if n := 64; len(say) > n && g.IntN(4) > 0 { // what follows a greeting is only looked at when ours was read
					_, _ = c.Write(say[:n])
					_, _ = io.ReadFull(c, make([]byte, n+2))
					say = say[n:]
				}
				_, _ = c.Write(say)
				_, _ = io.Copy(io.Discard, c)
				_ = c.Close()
			}
		})
	}
	all.Go(func() {
		var held []net.Conn
		for range idlers {
			if c, err := net.DialTimeout("tcp", strings.TrimPrefix(ports[0], "tcp://"), 100*time.Millisecond); err == nil {
				held = append(held, c)
			}
		}
		time.Sleep(time.Until(end))
		for _, c := range held {
			_ = c.Close()
		}
	})
	all.Wait()
	r.undisturbed(mark)
	for name, before := range open {
		s := r.served(name, 0).Telemetry
		t.Logf("%s: %d restarts, %s", name, s.Restarts, s.Trouble)
		if now := descriptors(t, p[name]); now > before+5 {
			t.Errorf("%s has %d files open, %d before", name, now, before)
		}
		select {
		case <-p[name].ended:
			t.Errorf("%s has ended", name)
		default:
		}
	}
	endpoint = r.served(detectd, 0).Telemetry.Endpoint
	if got := viewer[struct{ Keys map[string][]string }](t, "strict", endpoint, 3); len(got.Keys) != 3 {
		t.Errorf("afterwards a viewer sees %v", got.Keys)
	}
}

// TestFlood subscribes to nonsense as fast as it can. What that costs is bounded, and the drive goes on.
func TestFlood(t *testing.T) {
	needPython(t)
	r := newRig(t, "road")
	p, endpoint := r.watched()
	mark := r.commands.mark()
	got := viewer[map[string]int](t, "flood", endpoint, 4)
	r.undisturbed(mark)
	s := r.served(detectd, 0).Telemetry
	t.Logf("%d subscriptions, %d restarts", got["subscriptions"], s.Restarts)
	if got := viewer[struct{ Keys map[string][]string }](t, "strict", s.Endpoint, 3); len(got.Keys) != 3 {
		t.Errorf("afterwards a viewer sees %v; lane-detectd said\n%s", got.Keys, p[detectd].output)
	}
}

// descriptors counts a process's open files.
func descriptors(t *testing.T, p *process) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "fd"))
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

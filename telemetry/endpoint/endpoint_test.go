package endpoint

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"

	"lanekeeper/telemetry/keys"
)

const patience = 10 * time.Second

func newContext(t *testing.T) *Context {
	t.Helper()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// TestContextEnds holds that a context can be ended at any time, at once too.
func TestContextEnds(t *testing.T) {
	for range 500 {
		c, err := New()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func newPair(t *testing.T) keys.Pair {
	t.Helper()
	p, err := keys.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// closing closes a socket before its context, which waits for it.
func closing(t *testing.T, s *Socket) *Socket {
	t.Helper()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// await asks until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// vehicle is a server of both kinds with one viewer, bob.
type vehicle struct {
	keys keys.Keys
	bob  keys.Pair
}

func newVehicle(t *testing.T) vehicle {
	v := vehicle{bob: newPair(t)}
	v.keys = keys.Keys{Server: newPair(t), Viewers: []keys.Viewer{{Name: "bob", Public: v.bob.Public, Role: keys.View}}}
	return v
}

// TestWhoIsLetIn holds that messages go to a known key alone, and that it is said why others get none.
func TestWhoIsLetIn(t *testing.T) {
	c, v := newContext(t), newVehicle(t)
	s, err := c.Bind(Options{Name: "stream", Kind: Stream, Address: "tcp://127.0.0.1:*", Keys: &v.keys})
	if err != nil {
		t.Fatal(err)
	}
	closing(t, s)
	if n := s.Refused(); n != 0 {
		t.Errorf("%d connections refused after the self-test: its own do not count", n)
	}
	other := newPair(t)
	clients := map[string]*Socket{}
	for name, o := range map[string]ClientOptions{
		"bob":          {Server: v.keys.Server.Public, Own: v.bob},
		"stranger":     {Server: v.keys.Server.Public, Own: other},
		"without":      {},
		"wrong server": {Server: other.Public, Own: v.bob},
	} {
		o.Kind, o.Address = Subscribe, s.Address()
		d, err := newContext(t).Dial(o)
		if err != nil {
			t.Fatal(err)
		}
		clients[name] = closing(t, d)
	}
	await(t, "links", func() bool {
		return clients["bob"].Link() == Connected && clients["stranger"].Link() == Unknown &&
			clients["without"].Link() == Mismatch && clients["wrong server"].Link() == Mismatch
	})
	if m, err := s.Recv(patience); err != nil || string(m.Parts[0]) != "\x01" || m.Name != "bob" {
		t.Fatalf("the subscription: %+v, %v", m, err)
	}
	if err := s.Send([]byte("topic"), []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if m, err := clients["bob"].Recv(patience); err != nil || len(m.Parts) != 2 || string(m.Parts[0]) != "topic" {
		t.Errorf("bob got %+v, %v", m, err)
	}
	for name, d := range clients {
		if m, err := d.Recv(50 * time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s got %+v, %v", name, m, err)
		}
	}
	if s.Refused() == 0 {
		t.Error("no refused connection was counted")
	}
}

// TestCommands go both ways, and tell whose key they come with.
func TestCommands(t *testing.T) {
	v := newVehicle(t)
	for name, k := range map[string]struct {
		address string
		keys    *keys.Keys
		as      string
	}{
		"tcp": {"tcp://127.0.0.1:*", &v.keys, "bob"},
		"ipc": {"ipc://" + filepath.Join(t.TempDir(), "commands.sock"), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newContext(t)
			s, err := c.Bind(Options{Name: "commands", Kind: Commands, Address: k.address, Keys: k.keys})
			if err != nil {
				t.Fatal(err)
			}
			closing(t, s)
			o := ClientOptions{Kind: Request, Address: s.Address()}
			if k.keys != nil {
				o.Server, o.Own = v.keys.Server.Public, v.bob
			}
			d, err := newContext(t).Dial(o)
			if err != nil {
				t.Fatal(err)
			}
			closing(t, d)
			await(t, "the link", func() bool { return d.Link() == Connected })
			if err := d.Send([]byte("hello")); err != nil {
				t.Fatal(err)
			}
			m, err := s.Recv(patience)
			if err != nil || len(m.Parts) != 2 || string(m.Parts[1]) != "hello" || m.Name != k.as {
				t.Fatalf("%+v, %v", m, err)
			}
			if err := s.Send(m.Parts[0], []byte("answer")); err != nil {
				t.Fatal(err)
			}
			if m, err := d.Recv(patience); err != nil || string(m.Parts[0]) != "answer" {
				t.Errorf("%+v, %v", m, err)
			}
			if err := s.Send([]byte("nobody"), []byte("answer")); err == nil {
				t.Error("an answer to nobody was sent")
			}
		})
	}
}

// TestOpenEndpointIsClosed holds that an endpoint which lets everybody in is not offered: ZeroMQ serves everybody when
// nobody answers its question, and so would a gate that says yes to all.
func TestOpenEndpointIsClosed(t *testing.T) {
	v := newVehicle(t)
	for name, k := range map[string]struct {
		gate func(c *Context)
		want string
	}{
		"no gate":       {func(c *Context) { c.gate = &gate{domains: map[string]*domain{}} }, "with a client with an unknown key: it was let in"},
		"gate is open":  {func(c *Context) { c.gate.everybody = true }, "with a client with an unknown key: it was let in"},
		"gate is shut":  {func(c *Context) { c.gate.nobody = true }, "with a client with a known key: it was refused"},
		"nothing wrong": {func(*Context) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			z, err := zmq4.NewContext()
			if err != nil {
				t.Fatal(err)
			}
			c := &Context{zmq: z}
			t.Cleanup(func() {
				_ = z.Term()
				if c.gate.socket != nil {
					<-c.gate.ended
				}
			})
			if name != "no gate" {
				if c.gate, err = openGate(z); err != nil {
					t.Fatal(err)
				}
			}
			k.gate(c)
			s, err := c.Bind(Options{Name: "stream", Kind: Stream, Address: "tcp://127.0.0.1:*", Keys: &v.keys})
			if err == nil {
				closing(t, s)
			}
			if (err == nil) != (k.want == "") || err != nil && !strings.Contains(err.Error(), k.want) {
				t.Errorf("%v, want %q", err, k.want)
			}
		})
	}
}

// TestRules are what may be offered in clear.
func TestRules(t *testing.T) {
	c, file := newContext(t), "ipc://"+filepath.Join(t.TempDir(), "x.sock")
	for _, k := range []struct {
		kind    Kind
		address string
		plain   bool
		want    string
	}{
		{Stream, "tcp://127.0.0.1:*", false, ""},
		{Stream, "tcp://127.8.9.1:*", false, ""},
		{Stream, "tcp://[::1]:*", false, ""},
		{Stream, file, false, ""},
		{Stream, "tcp://0.0.0.0:*", true, ""},
		{Stream, "tcp://0.0.0.0:*", false, "viewers need keys"},
		{Stream, "tcp://*:5999", false, "viewers need keys"},
		{Stream, "tcp://eth0:5999", false, "viewers need keys"},
		{Stream, "tcp://[::]:5999", false, "viewers need keys"},
		{Stream, "tcp://[::ffff:10.0.0.1]:5999", false, "viewers need keys"},
		{Stream, "tcp://127.0.0.1.example:5999", false, "viewers need keys"},
		{Commands, file, false, ""},
		{Commands, "tcp://127.0.0.1:*", false, "need keys"},
		{Commands, "tcp://*:5999", true, "need keys"},
		{Stream, "tcp://127.0.0.1", false, "tcp://HOST:PORT or ipc://PATH expected"},
		{Stream, "tcp://:5999", false, "tcp://HOST:PORT or ipc://PATH expected"},
		{Stream, "tcp://127.0.0.1:0", false, "a port from 1"},
		{Stream, "tcp://127.0.0.1:70000", false, "a port from 1"},
		{Stream, "ipc://@abstract", false, "a path from /"},
		{Stream, "ipc:///" + strings.Repeat("x", 107), false, "at most 107 bytes"},
		{Stream, "inproc://x", false, "tcp://HOST:PORT or ipc://PATH expected"},
	} {
		s, err := c.Bind(Options{Name: "x", Kind: k.kind, Address: k.address, Plain: k.plain})
		if (err == nil) != (k.want == "") || err != nil && !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", k.address, err, k.want)
		}
		if err == nil {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestFile is what an ipc endpoint's socket looks like, and whom it takes the name from.
func TestFile(t *testing.T) {
	c, path := newContext(t), filepath.Join(t.TempDir(), "x.sock")
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	bind := func() (*Socket, error) { return c.Bind(Options{Kind: Commands, Address: "ipc://" + path}) }
	if _, err := bind(); err == nil || !strings.Contains(err.Error(), "another process listens there") {
		t.Errorf("a live socket: %v", err)
	}
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := bind()
	if err != nil {
		t.Fatalf("a dead socket: %v", err)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o660 {
		t.Errorf("%v, %v: mode 0660 expected", st, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+"2", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Bind(Options{Kind: Commands, Address: "ipc://" + path + "2"}); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("a file: %v", err)
	}
}

// TestPortTaken names what to do.
func TestPortTaken(t *testing.T) {
	c := newContext(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := c.Bind(Options{Kind: Stream, Address: "tcp://" + l.Addr().String()}); err == nil || !strings.Contains(err.Error(), "another process has the port") {
		t.Errorf("%v", err)
	}
}

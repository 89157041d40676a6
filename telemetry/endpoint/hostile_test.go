package endpoint

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestForgedName: in clear a client may claim any name in its handshake; it has none.
func TestForgedName(t *testing.T) {
	c, path := newContext(t), filepath.Join(t.TempDir(), "x.sock")
	s, err := c.Bind(Options{Kind: Commands, Address: "ipc://" + path})
	if err != nil {
		t.Fatal(err)
	}
	closing(t, s)
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	greeting := make([]byte, 64) // ZMTP 3.0
	greeting[0], greeting[8], greeting[9], greeting[10] = 0xff, 1, 0x7f, 3
	copy(greeting[12:], "NULL")
	ready := []byte("\x05READY")
	for _, p := range [][2]string{{"Socket-Type", "DEALER"}, {userID, "bob"}} {
		ready = append(append(ready, byte(len(p[0]))), p[0]...)
		ready = append(binary.BigEndian.AppendUint32(ready, uint32(len(p[1]))), p[1]...)
	}
	if _, err := conn.Write(greeting); err != nil {
		t.Fatal(err)
	}
	theirs := make([]byte, 64+2) // and the head of their own READY, before which they take none
	if _, err := io.ReadFull(conn, theirs); err != nil {
		t.Fatal(err)
	}
	for _, b := range [][]byte{{4, byte(len(ready))}, ready, {0, 5}, []byte("hello")} {
		if _, err := conn.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	m, err := s.Recv(patience)
	if err != nil || len(m.Parts) != 2 || string(m.Parts[1]) != "hello" {
		t.Fatalf("%q, %v", m.Parts, err)
	}
	if m.Name != "" {
		t.Errorf("the message is taken for %s's", m.Name)
	}
}

// TestTooLong: a message over the limit ends its connection, and nobody else's.
func TestTooLong(t *testing.T) {
	c, path := newContext(t), filepath.Join(t.TempDir(), "x.sock")
	s, err := c.Bind(Options{Kind: Commands, Address: "ipc://" + path})
	if err != nil {
		t.Fatal(err)
	}
	closing(t, s)
	z := newContext(t)
	dial := func() *Socket {
		d, err := z.Dial(ClientOptions{Kind: Request, Address: s.Address()})
		if err != nil {
			t.Fatal(err)
		}
		await(t, "the link", func() bool { return d.Link() == Connected })
		return closing(t, d)
	}
	good, bad := dial(), dial()
	if err := bad.Send(make([]byte, mostBytes+1)); err != nil {
		t.Fatal(err)
	}
	if err := good.Send(make([]byte, mostBytes)); err != nil {
		t.Fatal(err)
	}
	if m, err := s.Recv(patience); err != nil || len(m.Parts[1]) != mostBytes {
		t.Fatalf("%v", err)
	}
	if _, err := s.Recv(100 * time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the long one came too: %v", err)
	}
}

// TestSilentClient is let go of: who connects and says nothing holds a place.
func TestSilentClient(t *testing.T) {
	c := newContext(t)
	s, err := c.Bind(Options{Kind: Stream, Address: "tcp://127.0.0.1:*"})
	if err != nil {
		t.Fatal(err)
	}
	closing(t, s)
	conn, err := net.Dial("tcp", s.Address()[len("tcp://"):])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("still connected after %v", patience)
	}
}

package shm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// image is a segment file as a writer makes it, changed by edit.
func image(edit func(b []byte)) []byte {
	g, _ := newGeometry(4, 100)
	b := make([]byte, g.size())
	header{geometry: g, kind: 2, epoch: 7, pid: 1, created: time.Unix(1, 0)}.put(b)
	edit(b)
	return b
}

func u32At(off int, v uint32) func([]byte) {
	return func(b []byte) { binary.LittleEndian.PutUint32(b[off:], v) }
}

func u64At(off int, v uint64) func([]byte) {
	return func(b []byte) { binary.LittleEndian.PutUint64(b[off:], v) }
}

// TestRefused holds what a reader says of each thing that may stand where it expects a segment: what is wrong, and what to do.
func TestRefused(t *testing.T) {
	whole := image(func([]byte) {})
	write := func(b []byte) func(string) error {
		return func(p string) error { return os.WriteFile(p, b, 0o640) }
	}
	chmod := func(mode os.FileMode) func(string) error {
		return func(p string) error { return errors.Join(os.WriteFile(p, whole, 0o600), os.Chmod(p, mode)) }
	}
	nonsense := "its header makes no sense (%d slots of %d bytes); remove it and restart its writer"
	notRegular := "it is not a regular file; remove it"
	for _, c := range []struct {
		name string
		make func(path string) error
		is   error
		want string // after "opening PATH: " and the text of is
	}{
		{"missing", func(string) error { return nil }, ErrNoSegment, ""},
		{"whole", write(whole), nil, ""},
		{"text", write([]byte("hello")), ErrForeign, "it was not written by lanekeeper; remove it"},
		{"empty", write(nil), ErrForeign, "it was not written by lanekeeper; remove it"},
		{"huge", func(p string) error { return errors.Join(os.WriteFile(p, nil, 0o640), os.Truncate(p, 1<<40)) }, ErrForeign, "it was not written by lanekeeper; remove it"},
		{"wrong magic", write(image(func(b []byte) { b[7] = 0 })), ErrForeign, "it was not written by lanekeeper; remove it"},
		{"newer", write(image(u32At(offVersion, 2))), ErrVersion, "its layout is version 2, this program's is 1; restart the older of the two after the upgrade"},
		{"another kind", write(image(u32At(offKind, 3))), ErrKind, "3, 2 expected; check the segment names of its writer and of this reader"},
		{"another header size", write(image(u32At(offHeader, 64))), ErrForeign, fmt.Sprintf(nonsense, 4, 192)},
		{"three slots", write(image(u32At(offSlots, 3))), ErrForeign, fmt.Sprintf(nonsense, 3, 192)},
		{"too many slots", write(image(u32At(offSlots, 1<<31))), ErrForeign, fmt.Sprintf(nonsense, 1<<31, 192)},
		{"stride below the payload", write(image(u64At(offStride, 128))), ErrForeign, fmt.Sprintf(nonsense, 4, 128)},
		{"stride of no cache line", write(image(u64At(offStride, 200))), ErrForeign, fmt.Sprintf(nonsense, 4, 200)},
		{"stride beyond all memory", write(image(u64At(offStride, 1<<63|192))), ErrForeign, fmt.Sprintf(nonsense, 4, 1<<62)},
		{"no payload", write(image(u64At(offPayload, 0))), ErrForeign, fmt.Sprintf(nonsense, 4, 192)},
		{"payload beyond all memory", write(image(u64At(offPayload, 1<<63|100))), ErrForeign, fmt.Sprintf(nonsense, 4, 192)},
		{"header cut short", write(whole[:100]), ErrTruncated, "100 bytes long where its header alone has 4096; restart its writer"},
		{"slots cut short", write(whole[:4800]), ErrTruncated, "4800 bytes long where its header says 4864; restart its writer"},
		{"too long", write(append(whole[:4864:4864], 0)), ErrTruncated, "4865 bytes long where its header says 4864; restart its writer"},
		{"symbolic link", func(p string) error { return errors.Join(os.WriteFile(p+".a", whole, 0o640), os.Symlink(p+".a", p)) }, ErrForeign, "it is a symbolic link; remove it"},
		{"pipe", func(p string) error { return unix.Mkfifo(p, 0o640) }, ErrForeign, notRegular},
		{"socket", func(p string) error { return unix.Mknod(p, unix.S_IFSOCK|0o640, 0) }, ErrForeign, notRegular},
		{"directory", func(p string) error { return os.Mkdir(p, 0o750) }, ErrForeign, notRegular},
		{"group may write", chmod(0o660), ErrForeign, "group or others may write it (mode 0660); remove it and restart its writer"},
		{"others may write", chmod(0o642), ErrForeign, "group or others may write it (mode 0642); remove it and restart its writer"},
		{"closed", write(image(u32At(offClosed, 1))), ErrNoSegment, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := segmentDir(t)
			if err := c.make(dir + "/x"); err != nil {
				t.Fatal(err)
			}
			r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x", Kind: 2})
			_, err := r.Latest(nil)
			if c.is == nil {
				if !errors.Is(err, ErrNoRecord) {
					t.Errorf("%v, want ErrNoRecord", err)
				}
				return
			}
			want := fmt.Sprintf("opening %s/x: %v", dir, c.is)
			if c.want != "" {
				want += ": " + c.want
			}
			if !errors.Is(err, c.is) || err.Error() != want {
				t.Errorf("\n got %v\nwant %s", err, want)
			}
			if r.Stats().Attached {
				t.Error("attached all the same")
			}
		})
	}
}

// TestForeignOwner needs two users: a file of neither root, the reader nor the system user is not read.
func TestForeignOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to give a file away")
	}
	dir := segmentDir(t)
	if err := errors.Join(os.WriteFile(dir+"/x", image(func([]byte) {}), 0o640), os.Chown(dir+"/x", nobody, -1)); err != nil {
		t.Fatal(err)
	}
	_, err := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"}).Latest(nil)
	want := "it belongs to user 65534, trusted are root, lanekeeper and yourself; remove it or run its writer as one of them"
	if !errors.Is(err, ErrForeign) || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("\n got %v\nwant …%s", err, want)
	}
}

func TestOptionsRefused(t *testing.T) {
	long := strings.Repeat("a", 201)
	for _, c := range []struct {
		name, want string
	}{
		{"", `segment name "": 1 to 200 characters expected, the first not a dot`},
		{"/", `segment name "": 1 to 200 characters expected, the first not a dot`},
		{".x", `segment name ".x": 1 to 200 characters expected, the first not a dot`},
		{long, `segment name "` + long + `": 1 to 200 characters expected, the first not a dot`},
		{"a/b", `segment name "a/b": '/' in it, only letters, digits, '_', '-' and '.' are allowed`},
		{"ä", `segment name "ä": 'ä' in it, only letters, digits, '_', '-' and '.' are allowed`},
		{"x.lock", `segment name "x.lock": the endings .lock and .new are taken`},
		{"x.new", `segment name "x.new": the endings .lock and .new are taken`},
	} {
		_, werr := Create(WriterOptions{Name: c.name, Slots: 4, PayloadBytes: 1})
		_, rerr := Open(ReaderOptions{Name: c.name})
		for _, err := range []error{werr, rerr, Clean("", "", c.name), Inspect("", "", c.name).Err} {
			if err == nil || err.Error() != c.want {
				t.Errorf("%q: %v\nwant %s", c.name, err, c.want)
			}
		}
	}
	for _, c := range []struct {
		slots, payload int
		want           string
	}{
		{3, 1, "creating /dev/shm/x: 3 slots: 4 to 65536 allowed"},
		{65537, 1, "creating /dev/shm/x: 65537 slots: 4 to 65536 allowed"},
		{4, 0, "creating /dev/shm/x: a payload of 0 bytes: 1 to 4294967296 allowed"},
		{4, 1<<32 + 1, "creating /dev/shm/x: a payload of 4294967297 bytes: 1 to 4294967296 allowed"},
	} {
		if _, err := Create(WriterOptions{Name: "x", Slots: c.slots, PayloadBytes: c.payload}); err == nil || err.Error() != c.want {
			t.Errorf("%d slots of %d: %v\nwant %s", c.slots, c.payload, err, c.want)
		}
	}
	if _, err := Open(ReaderOptions{Name: "x", Wait: 7}); err == nil || err.Error() != "reading /dev/shm/x: wait 7: futex, spin or adaptive expected" {
		t.Error(err)
	}
	dir := segmentDir(t)
	want := fmt.Sprintf("opening %s/none/x.lock: no such file or directory; the directory must exist", dir)
	if _, err := Create(small(dir + "/none")); err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

// TestCreateOver holds what a writer does with things that stand in its way.
func TestCreateOver(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(dir string) error
		want string // error; empty for none
	}{
		{"a directory", func(d string) error { return os.Mkdir(d+"/x", 0o700) }, "naming DIR/x: is a directory; a directory has that name, remove it"},
		{"a symbolic link for a lock", func(d string) error { return os.Symlink("/nowhere", d+"/x.lock") }, "opening DIR/x.lock: too many levels of symbolic links; it is a symbolic link, remove it"},
		{"a symbolic link for a segment", func(d string) error { return os.Symlink("/nowhere", d+"/x") }, ""},
		{"another program's file", func(d string) error { return os.WriteFile(d+"/x", []byte("hello"), 0o600) }, ""},
		{"a half-built segment", func(d string) error { return os.WriteFile(d+"/x.new", []byte("hello"), 0o600) }, ""},
	} {
		dir := segmentDir(t)
		if err := c.make(dir); err != nil {
			t.Fatal(err)
		}
		before := files(t, dir)
		w, err := Create(small(dir))
		if c.want == "" {
			if err != nil || files(t, dir) != "x x.lock" {
				t.Errorf("%s: %v, files %q", c.name, err, files(t, dir))
				continue
			}
			w.Close()
			continue
		}
		if want := strings.ReplaceAll(c.want, "DIR", dir); err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", c.name, err, want)
		}
		if after := files(t, dir); after != before {
			t.Errorf("%s: files %q became %q", c.name, before, after)
		}
	}
}

package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

const root = "../.."

// TestCommitted holds the committed page and vectors equal to what the code says.
func TestCommitted(t *testing.T) {
	if err := run(root, true); err != nil {
		t.Error(err)
	}
}

func TestStaleIsNoticed(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"docs/vectors", "msg"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(dir, "msg"), os.DirFS(root+"/msg")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(run(dir, false), run(dir, true)); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(dir, "docs/shared-memory.md")
	if err := os.WriteFile(page, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "docs/vectors/closed.bin")); err != nil {
		t.Fatal(err)
	}
	err := run(dir, true)
	if err == nil || !strings.Contains(err.Error(), page+" is not what the code says: make docs mends it") || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"FrameID": "frame_id", "X1": "x1", "HasLeftLane": "has_left_lane", "OffsetM": "offset_m", "CurvaturePerM": "curvature_per_m",
		"SourceNs": "source_ns", "PolySigmaM": "poly_sigma_m", "RGB24": "rgb24", "NV12": "nv12", "JPEG": "jpeg", "ToM": "to_m",
	} {
		if got := snake(name); got != want {
			t.Errorf("snake(%s) = %s, want %s", name, got, want)
		}
	}
}

// readPy runs the Python reader and returns what it prints.
func readPy(t *testing.T, args ...string) (out []byte, code int) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("needs python3: ", err)
	}
	cmd := exec.CommandContext(t.Context(), python, append([]string{root + "/docs/vectors/read.py"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err = cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out, cmd.ProcessState.ExitCode()
}

// listed reads the committed list of vectors, and copies each to a file as a writer would have made it: a checkout's modes depend on
// the umask.
func listed(t *testing.T) (list []vector, dir string) {
	t.Helper()
	text, err := os.ReadFile(root + "/docs/vectors/vectors.json")
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for _, v := range list {
		b, err := os.ReadFile(root + "/docs/vectors/" + v.File)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, v.File), b, 0o640); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, v.File), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if len(list) != 9 {
		t.Errorf("%d vectors listed, want 9", len(list))
	}
	return list, dir
}

// TestVectorsInPython has the Python reader make of each vector what the list says.
func TestVectorsInPython(t *testing.T) {
	list, dir := listed(t)
	for _, v := range list {
		out, code := readPy(t, "--kind", "2", filepath.Join(dir, v.File))
		var got struct {
			Result string
			Header *vectorHeader
			Record *vectorRecord
		}
		got.Result = "record"
		if err := json.Unmarshal(out, &got); err != nil {
			t.Errorf("%s: %v: %s", v.File, err, out)
			continue
		}
		if got.Result != v.Result || (code == 0) != (v.Result == "record") || !reflect.DeepEqual(got.Header, v.Header) || !reflect.DeepEqual(got.Record, v.Record) {
			t.Errorf("%s (%s): exit code %d\n got %s\nwant %+v %+v", v.File, v.What, code, out, v.Header, v.Record)
		}
	}
}

// TestVectorsInGo has the Go reader do the same.
func TestVectorsInGo(t *testing.T) {
	list, dir := listed(t)
	for _, v := range list {
		r, err := shm.Open(shm.ReaderOptions{Dir: dir, Name: v.File, Kind: msg.KindDetection})
		if err != nil {
			t.Fatal(err)
		}
		rec, err := r.Latest(make([]byte, msg.DetectionBytes))
		want := map[string]error{
			"record": nil, "no record": shm.ErrNoRecord, "closed": shm.ErrNoSegment, "overrun": shm.ErrOverrun, "version": shm.ErrVersion,
			"foreign": shm.ErrForeign, "truncated": shm.ErrTruncated,
		}[v.Result]
		if !errors.Is(err, want) {
			t.Errorf("%s (%s): %v, want %v", v.File, v.What, err, want)
		}
		if want == nil {
			sum := sha256.Sum256(rec.Payload)
			if rec.N != v.Record.N || rec.PublishNs != v.Record.PublishNs || fmt.Sprintf("%016x", rec.Epoch) != v.Header.Epoch || hex.EncodeToString(sum[:]) != v.Record.SHA256 {
				t.Errorf("%s (%s): %d at %d, epoch %x", v.File, v.What, rec.N, rec.PublishNs, rec.Epoch)
			}
		}
		r.Close()
	}
}

// live starts the Python reader on a segment, has write called for record after record until the reader has seen count of them, and hands each
// line that it prints to see.
func live(t *testing.T, o shm.WriterOptions, count int, write func(w *shm.Writer, n int64) error, see func(line []byte)) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("needs python3: ", err)
	}
	if o.Dir, err = os.MkdirTemp("/dev/shm", "docs-gen-"); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(o.Dir)
	w, err := shm.Create(o)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	cmd := exec.CommandContext(t.Context(), python, root+"/docs/vectors/read.py", "--count", fmt.Sprint(count), "--kind", fmt.Sprint(o.Kind), w.Path())
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan int)
	go func() {
		lines := 0
		for s := bufio.NewScanner(out); s.Scan(); lines++ {
			see(s.Bytes())
		}
		ended <- lines
	}()
	for n := int64(1); ; n++ {
		select {
		case lines := <-ended:
			if err := cmd.Wait(); err != nil || lines != count {
				t.Errorf("%d records read, want %d: %v", lines, count, err)
			}
			t.Logf("%d of %d records read", lines, n-1)
			return
		default:
			if err := write(w, n); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestLiveDetections reads a writer in full flight.
func TestLiveDetections(t *testing.T) {
	o := shm.WriterOptions{Name: "d", Kind: msg.KindDetection, Slots: shm.MinSlots, PayloadBytes: msg.DetectionBytes}
	live(t, o, 300, func(w *shm.Writer, n int64) error {
		d := vectorDetection(n % 1000)
		return w.Write(d.Bytes())
	}, func(line []byte) {
		var got struct{ Record vectorRecord }
		if err := json.Unmarshal(line, &got); err != nil {
			t.Errorf("%v: %s", err, line)
			return
		}
		d := vectorDetection(int64(got.Record.N) % 1000)
		sum := sha256.Sum256(d.Bytes())
		var want map[string]any
		text, err := json.Marshal(plain(d))
		if err == nil {
			err = json.Unmarshal(text, &want)
		}
		if err != nil || got.Record.SHA256 != hex.EncodeToString(sum[:]) || !reflect.DeepEqual(got.Record.Detection, want) {
			t.Errorf("record %d: %s\nwant %s (%v)", got.Record.N, line, text, err)
		}
	})
}

// TestLiveFrames does so with frames, whose pixels each say which frame they are of.
func TestLiveFrames(t *testing.T) {
	const width, height = 320, 240
	o := shm.WriterOptions{Name: "f", Kind: msg.KindFrame, Slots: shm.MinSlots, PayloadBytes: msg.FramePayloadBytes(width, height, msg.RGB24)}
	live(t, o, 100, func(w *shm.Writer, n int64) error {
		return w.WriteFunc(func(p []byte) (int, error) {
			h := msg.NewFrameHeader(width, height, msg.RGB24)
			h.FrameID, h.CaptureNs = n, 1000*n
			copy(p, h.Bytes())
			pixels := p[msg.FrameHeaderBytes:]
			for i := range pixels {
				pixels[i] = byte(n)
			}
			return len(p), nil
		})
	}, func(line []byte) {
		var got struct {
			Record struct {
				N     int64
				Frame struct {
					FrameID     int64  `json:"frame_id"`
					CaptureNs   int64  `json:"capture_ns"`
					PixelFormat uint32 `json:"pixel_format"`
					Pixels      string `json:"pixels_sha256"`
					Width       int
					Height      int
					Channels    int
					Ready       int
				}
			}
		}
		if err := json.Unmarshal(line, &got); err != nil {
			t.Errorf("%v: %s", err, line)
			return
		}
		f, n := got.Record.Frame, got.Record.N
		sum := sha256.Sum256(bytes.Repeat([]byte{byte(n)}, width*height*3))
		if f.FrameID != n || f.CaptureNs != 1000*n || f.PixelFormat != 1 || f.Width != width || f.Height != height || f.Channels != 3 || f.Ready != 1 ||
			f.Pixels != hex.EncodeToString(sum[:]) {
			t.Errorf("record %d: %s", n, line)
		}
	})
}

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"lanekeeper/e2e/browser"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry/picture"
)

// The baseline shows frames as scripts do: each JPEG picture is one part of an endless HTTP answer (multipart/x-mixed-replace),
// in an img element. Whoever shows a picture so does not know which it shows, so the number of the frame is painted into it,
// a bit a square, and the page reads its own pixels.
const (
	markBits = 24
	markSide = 16 // px in the frame
)

// mark paints a frame's number into the top row of squares.
func mark(pixels []byte, h *msg.FrameHeader) {
	for bit := range markBits {
		v := byte(0)
		if h.FrameID>>bit&1 == 1 {
			v = 255
		}
		for y := range markSide {
			row := pixels[y*int(h.Stride)+bit*markSide*3:]
			for i := range markSide * 3 {
				row[i] = v
			}
		}
	}
}

// baselinePage polls the img element's pixels at each turn of the screen and keeps when a number was first seen.
const baselinePage = `<!doctype html><title>baseline</title><img id=v src="/stream"><script>
const seen = new Map(), img = document.getElementById('v'), c = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
function look() {
  requestAnimationFrame(look);
  const w = img.naturalWidth;
  if (!w) return;
  const s = %d * w / 800;
  c.canvas.width = Math.ceil(%d * s); c.canvas.height = Math.ceil(s);
  c.drawImage(img, 0, 0);
  const d = c.getImageData(0, 0, c.canvas.width, c.canvas.height).data;
  let id = 0;
  for (let i = 0; i < %d; i++) if (d[4 * (Math.floor(s / 2) * c.canvas.width + Math.floor((i + .5) * s))] > 127) id += 2 ** i;
  if (!seen.has(id)) seen.set(id, Date.now());
}
look();
</script>`

// baseline serves the newest frame's picture, at most hz of them a second, to whoever asks.
func (r *rig) baseline(hz float64) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, baselinePage, markSide, markBits, markBits)
	})
	mux.HandleFunc("GET /stream", func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary=frame")
		if err := r.stream(q.Context(), w, hz); err != nil && q.Context().Err() == nil {
			r.t.Errorf("the baseline: %v", err)
		}
	})
	s := httptest.NewServer(mux)
	r.t.Cleanup(s.Close)
	return s
}

func (r *rig) stream(ctx context.Context, w http.ResponseWriter, hz float64) error {
	in, err := shm.Open(shm.ReaderOptions{Dir: r.place.ShmDir, Prefix: r.place.Prefix, Name: msg.CameraFeed, Kind: msg.KindFrame})
	if err != nil {
		return err
	}
	defer in.Close()
	encoder := picture.New(75, 0.5)
	defer encoder.Close()
	var header msg.FrameHeader
	var marked []byte
	next := time.Now()
	for {
		if err := in.Next(ctx); err != nil {
			return err
		}
		if time.Now().Before(next) {
			continue
		}
		next = time.Now().Add(time.Duration(float64(time.Second)/hz) * 9 / 10) // frames do not come to the nanosecond
		if err := in.View(func(rec shm.Record) error {
			h, pixels, err := msg.DecodeFrame(rec.Payload)
			header, marked = h, append(marked[:0], pixels...)
			return err
		}); err != nil {
			continue
		}
		mark(marked, &header)
		if err := encoder.Take(&header, marked); err != nil {
			return err
		}
		jpeg, _, _, err := encoder.Encode()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", len(jpeg))
		if _, err := w.Write(append(jpeg, "\r\n"...)); err != nil {
			return err
		}
		w.(http.Flusher).Flush()
	}
}

// TestGlassToGlass measures how old a picture is when it is on the page: from the capture of the frame, which the simulator
// stamps with the wall clock, to the turn of the screen at which the page had it drawn, by the page's own clock. The
// baseline runs afterwards, on the same drive, at the same rate, size and quality. The figures are for docs/performance.md.
func TestGlassToGlass(t *testing.T) {
	b := browser.Start(t, "..")
	r := newRig(t, "road")
	v := r.show("car")
	const wanted = 600
	page := b.Open("glass", v.url, browser.View{Width: 1280, Height: 800})
	page.Until("pictures", fmt.Sprintf("window.lanekeeper?.vehicles()[0]?.timings.length >= %d", wanted))
	var ours [][3]float64 // frame, captured s, drawn ms
	page.Eval("window.lanekeeper.vehicles()[0].timings", nil, &ours)
	page.Close()
	var ages []float64
	for _, d := range ours[60:] {
		ages = append(ages, d[2]-1000*d[1])
	}
	glass(t, "lane-viewer's page", ages)

	mark := r.frames.mark()
	page = b.Open("baseline", r.baseline(30).URL, browser.View{Width: 1280, Height: 800})
	page.Until("pictures", fmt.Sprintf("seen.size >= %d", wanted))
	var theirs [][2]float64
	page.Eval("[...seen]", nil, &theirs)
	page.Close() // its stream, too, or the server could not end
	captured := map[int64]float64{}
	for _, f := range r.frames.since(mark) {
		captured[f.FrameID] = f.Timestamp * 1000
	}
	ages = nil
	for _, d := range theirs[60:] {
		if at, ok := captured[int64(d[0])]; ok {
			ages = append(ages, d[1]-at)
		}
	}
	glass(t, "MJPEG in an img element", ages)
}

func glass(t *testing.T, what string, ages []float64) {
	t.Helper()
	if len(ages) < 100 {
		t.Fatalf("%s: only %d pictures were seen", what, len(ages))
	}
	slices.Sort(ages)
	t.Logf("%-26s capture → page p50 %.1f ms, p99 %.1f ms, of %d pictures", what, ages[len(ages)/2], ages[len(ages)*99/100], len(ages))
	if ages[0] < 0 {
		t.Errorf("%s: a picture was there %.1f ms before it was captured", what, -ages[0])
	}
}

package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/e2e/browser"
	"lanekeeper/inspect"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// showing is a driving pipeline with a lane-viewer before it.
type showing struct {
	*rig
	streams   streams
	processes map[string]*process
	url       string
}

// show drives, and has a lane-viewer show it under a name.
func (r *rig) show(name string) *showing {
	r.t.Helper()
	w := &showing{rig: r, streams: newStreams(r.t), processes: map[string]*process{}}
	w.begin(controld)
	w.begin(detectd)
	w.begin(laneSim)
	r.driving(0)
	w.url = w.view(fmt.Sprintf("%s=%s,control=%s,commands=%s", name, w.streams.detect, w.streams.control, w.localCommands().Address))
	return w
}

// begin starts a daemon, with its stream where it has one.
func (w *showing) begin(name string) {
	w.t.Helper()
	var more []string
	if name != laneSim {
		more = w.streams.args(name)
	}
	w.processes[name] = w.start(name, more...)
}

// view starts a lane-viewer and returns where its page is, once it is there.
func (r *rig) view(vehicles ...string) (url string) {
	r.t.Helper()
	listen := fmt.Sprintf("127.0.0.1:%d", freePort(r.t))
	args := []string{"--listen", listen, "--record-dir", r.state, "--key", filepath.Join(r.state, "viewer.key")}
	for _, v := range vehicles {
		args = append(args, "--vehicle", v)
	}
	p := spawn(r.t, laneViewer, args...)
	url = "http://" + listen + "/"
	for until := time.Now().Add(patience); ; <-time.After(20 * time.Millisecond) {
		q, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, url, nil)
		if err != nil {
			r.t.Fatal(err)
		}
		if answer, err := http.DefaultClient.Do(q); err == nil {
			answer.Body.Close()
			return url
		} else if time.Now().After(until) {
			r.t.Fatalf("no page at %s: %v\n%s", url, err, p.output)
		}
	}
}

// laptop and phone are what a page is looked at with.
var (
	laptop = browser.View{Width: 1440, Height: 900}
	night  = browser.View{Width: 1440, Height: 900, Dark: true}
	phone  = browser.View{Width: 390, Height: 844}
)

// shown is a JavaScript expression: the only vehicle that the page shows.
const shown = "window.lanekeeper.vehicles()[0]"

// frames waits until the page has drawn n more frames.
func more(p *browser.Page, n int) {
	var before int
	p.Eval(shown+".frames", nil, &before)
	p.Until("frames that are drawn", fmt.Sprintf("%s.frames >= %d", shown, before+n))
}

// TestPage is a person at a laptop: looks, tunes, pauses, takes control, leaves, sees a daemon die and come back, and stops
// the vehicle in an emergency.
func TestPage(t *testing.T) {
	b := browser.Start(t, "..")
	w := newRig(t, "road").show("car")
	p := b.Open("car", w.url, laptop)
	p.Until("the picture", "window.lanekeeper?.vehicles()[0]?.frames > 30")
	shots := newShots(t)

	t.Run("video moves", func(t *testing.T) {
		look := "document.querySelector('canvas.picture').toDataURL()"
		var first, second string
		p.Eval(look, nil, &first)
		more(p, 30)
		p.Eval(look, nil, &second)
		if first == second || len(first) < 10_000 {
			t.Errorf("the same picture after 30 frames, or none: %d bytes", len(first))
		}
	})
	t.Run("charts advance", func(t *testing.T) {
		look := "[...document.querySelectorAll('.uplot canvas')].map((c) => c.toDataURL())"
		var first, second []string
		p.Eval(look, nil, &first)
		more(p, 60)
		p.Eval(look, nil, &second)
		if len(first) < 2 || len(first) != len(second) {
			t.Fatalf("%d charts, then %d; at least 2 expected", len(first), len(second))
		}
		for i := range first {
			if first[i] == second[i] {
				t.Errorf("chart %d stands still", i)
			}
		}
	})
	shots.take(p, "driving", laptop)
	shots.take(p, "driving-dark", night)
	shots.take(p, "driving-phone", phone)
	p.Look(laptop)
	t.Run("tunes", func(t *testing.T) { w.tunes(t, p, shots) })
	t.Run("pauses", func(t *testing.T) { w.pauses(t, p, shots) })
	t.Run("leaves while in control", func(t *testing.T) { w.leaves(t, b) })
	t.Run("daemon dies", func(t *testing.T) { w.dies(t, p, shots) })
	t.Run("emergency", func(t *testing.T) { w.emergency(t, p, shots) })
	if list := b.Complaints(); len(list) > 0 {
		t.Errorf("on the console:\n%s", strings.Join(list, "\n"))
	}
}

// value is a daemon's value of a key.
func (r *rig) value(t *testing.T, name, key string) any {
	t.Helper()
	list, err := inspect.Params(t.Context(), r.place, name)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(list, func(p daemon.Param) bool { return p.Name == key })
	if at < 0 {
		t.Fatalf("%s has no %s", name, key)
	}
	return list[at].Value
}

// tunes moves a slider of lane-detectd's with the keyboard.
func (w *showing) tunes(t *testing.T, p *browser.Page, shots *shots) {
	const key = "detect.vehicle_width_m"
	before := w.value(t, detectd, key)
	p.Press("s")
	p.Until("the sliders", "document.querySelector('.params input[type=range]') !== null")
	p.Fill(".params input[type=search]", "vehicle width")
	const slider = "[...document.querySelectorAll('[aria-label^=lane-detectd] .param:not([hidden]) input[type=range]')]" +
		".find((s) => s.getAttribute('aria-label').startsWith('vehicle width'))"
	p.Eval(slider+".focus()", nil, nil)
	p.Press("ArrowRight")
	p.Until("what the vehicle says of it", shown+".log.some((t) => t.includes('"+key+" set to'))")
	if after := w.value(t, detectd, key); after == before {
		t.Errorf("%s is still %v", key, after)
	}
	shots.take(p, "parameters", laptop)
	p.Eval("document.activeElement.blur()", nil, nil)
	p.Press("s")
	mark := w.commands.mark()
	w.driving(mark)
}

func (w *showing) pauses(t *testing.T, p *browser.Page, shots *shots) {
	mark := w.commands.mark()
	p.Press("p")
	w.commands.await(mark, "a pause", func(c *command) bool { return c.Mode == msg.ModeStopped && c.Reason == msg.ReasonPaused })
	p.Until("the pause on the page", shown+".reason === 'paused'")
	shots.take(p, "paused", laptop)
	mark = w.commands.mark()
	p.Press("r")
	w.driving(mark)
}

// leaves takes control on a page of its own and closes it, as one closes a tab.
func (w *showing) leaves(t *testing.T, b *browser.Browser) {
	p := b.Open("leaver", w.url, laptop)
	p.Until("the picture", "window.lanekeeper?.vehicles()[0]?.frames > 5")
	p.Press("t")
	awaitStatus(w.rig, controld, "control is taken", func(s *struct{ Operator string }) bool { return s.Operator != "" })
	// Held for longer than the link may be silent: the page keeps it.
	mark := w.commands.mark()
	w.commands.awaitMany(mark, 120, "commands that drive", func(c *command) bool {
		if c.Reason == msg.ReasonLinkLost {
			t.Fatal("the link is lost although the page is there")
		}
		return c.moves()
	})
	mark = w.commands.mark()
	leftNs := shm.NowNs()
	p.Close()
	c := w.commands.await(mark, "a stop", func(c *command) bool { return !c.moves() && c.Reason == msg.ReasonLinkLost })
	took := time.Duration(c.CommandNs - leftNs)
	t.Logf("page closed → neutral: %v", took.Round(time.Millisecond))
	if bound := 3 * (time.Second + 100*time.Millisecond); took > bound {
		t.Errorf("it took %v, three times the bound is %v", took, bound)
	}
	mark = w.commands.mark()
	if err := w.post(controld, "/resume"); err != nil {
		t.Fatal(err)
	}
	w.driving(mark)
}

// dies kills the detector: the page says that what it shows is old, and what happened when it is back.
func (w *showing) dies(t *testing.T, p *browser.Page, shots *shots) {
	w.processes[detectd].kill(t)
	p.Until("that the picture stands still", "document.querySelector('.stage').dataset.stale === 'yes' && !document.querySelector('.notice').hidden")
	p.Until("that the vehicle has stopped", shown+".state === 'stopped' || "+shown+".state === 'standby'")
	shots.take(p, "stale", laptop)
	w.begin(detectd)
	w.driving(w.commands.mark())
	more(p, 10)
	p.Until("word of the restart", shown+".log.some((t) => /lane-detectd.*(started|restarted|began)/.test(t))")
}

// emergency presses Space, and neither kill -9 nor a restart undoes that.
func (w *showing) emergency(t *testing.T, p *browser.Page, shots *shots) {
	mark := w.commands.mark()
	p.Press("Space")
	w.commands.await(mark, "the emergency stop", func(c *command) bool { return c.Mode == msg.ModeStopped && c.Reason == msg.ReasonEmergency })
	p.Until("that it is latched", "/latched/.test(document.querySelector('.estop-banner').innerText)")
	shots.take(p, "stopped", laptop)
	w.processes[controld].kill(t)
	mark = w.commands.mark()
	w.begin(controld)
	w.commands.awaitMany(mark, 30, "commands that hold the vehicle", func(c *command) bool {
		if c.moves() {
			t.Errorf("after kill -9 and a restart it moves: %v", c.Mode)
		}
		return c.Mode == msg.ModeStopped && c.Reason == msg.ReasonEmergency
	})
	p.Until("the stop, after the restart", shown+".reason === 'emergency-stop' || /emergency/.test("+shown+".reason)")
	mark = w.commands.mark()
	for _, order := range []string{"/estop/clear", "/arm"} {
		if err := w.post(controld, order); err != nil {
			t.Fatal(err)
		}
	}
	w.driving(mark)
	p.Until("that it drives again", shown+".state === 'active' || "+shown+".state === 'degraded'")
	w.processes[laneSim].signal(t, syscall.SIGTERM)
}

// Package browser is Chromium for a test: pages that are opened, clicked and looked at, through Playwright.
package browser

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long something may take that should come at once; it only ends tests that fail.
const patience = 60 * time.Second

// Browser is a running Chromium.
type Browser struct {
	t   testing.TB
	in  io.WriteCloser
	out *bufio.Reader
}

// Start starts Chromium; it ends with the test. root is the repository's. The test is skipped where it was not asked for.
func Start(t testing.TB, root string) *Browser {
	t.Helper()
	if os.Getenv("LANEKEEPER_BROWSER") == "" {
		t.Skip("needs Chromium and Node: make page-test, which installs them, sets LANEKEEPER_BROWSER=1")
	}
	cmd := exec.Command("node", filepath.Join(root, "viewer/page/e2e/bridge.mjs")) //nolint:noctx // it ends when its input does
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting node: %v", err)
	}
	b := &Browser{t: t, in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("chromium's bridge ended: %v", err)
		}
	})
	return b
}

// ask has something done and decodes its value into value, which may be nil.
func (b *Browser) ask(request map[string]any, value any) error {
	line, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if _, err := b.in.Write(append(line, '\n')); err != nil {
		return err
	}
	text, err := b.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("no answer: %w", err)
	}
	var answer struct {
		Value json.RawMessage
		Error string
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return fmt.Errorf("%q: %w", text, err)
	}
	if answer.Error != "" {
		return fmt.Errorf("%v: %s", request["do"], answer.Error)
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, value)
}

func (b *Browser) must(request map[string]any, value any) {
	b.t.Helper()
	if err := b.ask(request, value); err != nil {
		b.t.Fatal(err)
	}
}

// Complaints are what the pages said on their consoles that was an error or a warning, and requests to other hosts, since
// they were asked for last.
func (b *Browser) Complaints() []string {
	b.t.Helper()
	var list []string
	b.must(map[string]any{"do": "complaints"}, &list)
	return list
}

// Page is one of the browser's pages.
type Page struct {
	b    *Browser
	name string
	view View
}

// View is how a page is looked at.
type View struct {
	Width, Height int  // px
	Dark          bool // the system prefers dark colours
}

// Open opens a page of its own.
func (b *Browser) Open(name, url string, v View) *Page {
	b.t.Helper()
	p := &Page{b: b, name: name, view: v}
	p.open(url)
	return p
}

func (p *Page) open(url string) {
	p.b.t.Helper()
	scheme := "light"
	if p.view.Dark {
		scheme = "dark"
	}
	p.must("open", map[string]any{"url": url, "width": p.view.Width, "height": p.view.Height, "colorScheme": scheme})
}

// Look changes how the page is looked at.
func (p *Page) Look(v View) {
	p.b.t.Helper()
	p.view = v
	p.open("")
}

func (p *Page) request(do string, more map[string]any) map[string]any {
	r := map[string]any{"do": do, "page": p.name}
	for k, v := range more {
		r[k] = v
	}
	return r
}

func (p *Page) must(do string, more map[string]any) {
	p.b.t.Helper()
	p.b.must(p.request(do, more), nil)
}

// Click clicks on what a CSS selector finds.
func (p *Page) Click(selector string) {
	p.b.t.Helper()
	p.must("click", map[string]any{"selector": selector})
}

// Fill writes into a field.
func (p *Page) Fill(selector, text string) {
	p.b.t.Helper()
	p.must("fill", map[string]any{"selector": selector, "text": text})
}

// Press presses a key, wherever the focus is.
func (p *Page) Press(key string) {
	p.b.t.Helper()
	p.must("press", map[string]any{"key": key})
}

// Text is what a person reads in what a selector finds.
func (p *Page) Text(selector string) string {
	p.b.t.Helper()
	var text string
	p.b.must(p.request("text", map[string]any{"selector": selector}), &text)
	return text
}

// Eval decodes the value of a JavaScript expression, in which arg is arg, into value.
func (p *Page) Eval(js string, arg, value any) {
	p.b.t.Helper()
	p.b.must(p.request("eval", map[string]any{"js": js, "arg": arg}), value)
}

// Until waits until a JavaScript expression is true.
func (p *Page) Until(what, js string) {
	p.b.t.Helper()
	if err := p.b.ask(p.request("until", map[string]any{"js": js, "ms": patience.Milliseconds()}), nil); err != nil {
		var body string
		_ = p.b.ask(p.request("text", map[string]any{"selector": "body"}), &body) // only to tell more
		p.b.t.Fatalf("waiting for %s: %v\nthe page says:\n%s", what, err, body)
	}
}

// Shot takes a picture of what is visible, or of the full page.
func (p *Page) Shot(path string, full bool) {
	p.b.t.Helper()
	p.must("shot", map[string]any{"path": path, "full": full})
}

// Download clicks and saves what comes; it returns the name that was suggested.
func (p *Page) Download(selector, path string) string {
	p.b.t.Helper()
	var name string
	p.b.must(p.request("download", map[string]any{"selector": selector, "path": path}), &name)
	return name
}

// Accessible wants that axe has nothing to say.
func (p *Page) Accessible(state string) {
	p.b.t.Helper()
	var found []string
	p.b.must(p.request("axe", nil), &found)
	if len(found) > 0 {
		p.b.t.Errorf("axe, %s:\n%s", state, strings.Join(found, "\n"))
	}
}

// Close closes the page, as a person closes a tab.
func (p *Page) Close() {
	p.b.t.Helper()
	p.must("close", nil)
}

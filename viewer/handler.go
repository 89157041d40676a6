package viewer

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lanekeeper/telemetry"
)

// pagePolicy lets the page have what comes from here, and nothing else.
const pagePolicy = "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; object-src 'none'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'none'"

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.serveIndex)
	mux.Handle("GET /assets/", http.FileServerFS(onlyFiles{s.opt.Page}))
	mux.HandleFunc("GET /stream", s.serveStream)
	mux.HandleFunc("POST /api/vehicles/{id}/commands/{command}", s.withToken(s.serveCommand))
	mux.HandleFunc("GET /api/vehicles/{id}/params", s.withToken(s.serveParams))
	mux.HandleFunc("POST /api/vehicles/{id}/recording", s.withToken(s.serveRecording))
	return s.guard(mux)
}

// guard turns away what other web sites make a browser send, and tells the browser what the page may do.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !s.hosts[strings.ToLower(r.Host)] {
			fail(w, http.StatusForbidden, fmt.Errorf("this server is not %q; lane-viewer --host lets it be called so", r.Host))
			return
		}
		if err := sameOrigin(r); err != nil {
			fail(w, http.StatusForbidden, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin says why a request does not come from our own page. What is no browser tells no origin; it has no need to be kept out,
// since no web site steers it.
func sameOrigin(r *http.Request) error {
	if origins, told := r.Header["Origin"]; told {
		u, err := url.Parse(strings.Join(origins, " "))
		if err != nil || !strings.EqualFold(u.Host, r.Host) || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("requests from %q are refused", strings.Join(origins, " "))
		}
	}
	// A link on another site may lead to the page; nothing else may be asked for from there.
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "", "same-origin", "none":
	default:
		if r.URL.Path != "/" || r.Header.Get("Sec-Fetch-Mode") != "navigate" {
			return fmt.Errorf("%s requests are refused", site)
		}
	}
	return nil
}

// withToken lets in who has read the page of this very start.
func (s *Server) withToken(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get(TokenHeader)), []byte(s.token)) != 1 {
			fail(w, http.StatusForbidden, errors.New("the token is missing or old: load the page anew"))
			return
		}
		next(w, r)
	}
}

func (s *Server) serveIndex(w http.ResponseWriter, _ *http.Request) {
	text, err := fs.ReadFile(s.opt.Page, "index.html")
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(bytes.ReplaceAll(text, []byte(tokenPlace), []byte(s.token))) // a browser that has gone
}

// onlyFiles lists no folders.
type onlyFiles struct{ fs.FS }

// Open opens files alone.
func (o onlyFiles) Open(name string) (fs.File, error) {
	if info, err := fs.Stat(o.FS, name); err != nil || info.IsDir() {
		return nil, fs.ErrNotExist
	}
	return o.FS.Open(name)
}

// asked is the vehicle that a request is about; nil after it has answered that there is none.
func (s *Server) asked(w http.ResponseWriter, r *http.Request) *vehicle {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || id < 0 || id >= len(s.vehicles) {
		fail(w, http.StatusNotFound, fmt.Errorf("no vehicle %q", r.PathValue("id")))
		return nil
	}
	return s.vehicles[id]
}

// commands are those that a page may give.
func commands() []string {
	return []string{
		telemetry.CommandPause, telemetry.CommandResume, telemetry.CommandTake, telemetry.CommandGive, telemetry.CommandStop,
		telemetry.CommandReset, telemetry.CommandSet,
	}
}

func (s *Server) serveCommand(w http.ResponseWriter, r *http.Request) {
	v := s.asked(w, r)
	if v == nil {
		return
	}
	command := r.PathValue("command")
	if !slices.Contains(commands(), command) {
		fail(w, http.StatusNotFound, fmt.Errorf("no command %q", command))
		return
	}
	var args json.RawMessage
	if !readBody(w, r, &args) {
		return
	}
	answer, err := v.do(r.Context(), r.Header.Get(PageHeader), command, args)
	result := CommandResult{OK: answer.OK, Error: answer.Error, Result: answer.Result}
	if err != nil {
		result = CommandResult{Error: err.Error()}
	}
	// A refusal is an answer like any other; with another status the browser's console would show it as a fault of the page.
	reply(w, http.StatusOK, result)
}

func (s *Server) serveParams(w http.ResponseWriter, r *http.Request) {
	v := s.asked(w, r)
	if v == nil {
		return
	}
	params, err := v.source.Params(r.Context())
	if err != nil {
		fail(w, http.StatusBadGateway, err)
		return
	}
	if params == nil {
		params = []telemetry.Param{}
	}
	reply(w, http.StatusOK, params)
}

func (s *Server) serveRecording(w http.ResponseWriter, r *http.Request) {
	v := s.asked(w, r)
	if v == nil {
		return
	}
	var order RecordingOrder
	if !readBody(w, r, &order) {
		return
	}
	if v.record == nil {
		fail(w, http.StatusConflict, errors.New("this viewer records nothing: start it with --record-dir FOLDER, one that can be written to"))
		return
	}
	state, err := v.record.Set(r.Context(), order.On)
	if err != nil {
		fail(w, http.StatusConflict, err)
		return
	}
	reply(w, http.StatusOK, recordingNote(v.about.ID, state))
}

// readBody reads a request's JSON; an empty body leaves into as it is. It answers, and is false, where there is something wrong.
func readBody(w http.ResponseWriter, r *http.Request, into any) bool {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		fail(w, http.StatusRequestEntityTooLarge, fmt.Errorf("the body is over %d bytes", large.Limit))
		return false
	case err != nil:
		fail(w, http.StatusBadRequest, fmt.Errorf("reading the body: %w", err))
		return false
	case len(body) == 0:
		return true
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		fail(w, http.StatusUnsupportedMediaType, errors.New("a body of application/json expected"))
		return false
	}
	if err := json.Unmarshal(body, into); err != nil {
		fail(w, http.StatusBadRequest, fmt.Errorf("reading the body: %w", err))
		return false
	}
	return true
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // a browser that has gone
}

func fail(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"error": err.Error()})
}

package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"go.uber.org/zap"
)

// Limits of the control socket. A request is a few keys, an answer a few kilobytes.
const (
	maxRequestBytes = 64 << 10
	maxHeaderBytes  = 8 << 10
	headerTimeout   = 2 * time.Second
	requestTimeout  = 5 * time.Second
	answerTimeout   = 10 * time.Second
	idleTimeout     = 30 * time.Second
	closeTimeout    = 200 * time.Millisecond
	readyTimeout    = 5 * time.Second // of a request that the daemon may learn to answer while it starts
)

// Control is HTTP on a daemon's control socket. Answers and errors are JSON; an error is {"error": "…"}.
type Control struct {
	mux    *http.ServeMux
	server *http.Server
	log    *zap.Logger
	open   func()
	opened chan struct{} // closed by open: every handler is there
	served chan struct{} // closed when nothing is accepted any more
}

func newControl(log *zap.Logger) *Control {
	c := &Control{mux: http.NewServeMux(), log: log, opened: make(chan struct{}), served: make(chan struct{})}
	c.open = sync.OnceFunc(func() { close(c.opened) })
	c.server = &http.Server{
		Handler: http.HandlerFunc(c.serve), ReadHeaderTimeout: headerTimeout, ReadTimeout: requestTimeout,
		WriteTimeout: answerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes, ErrorLog: zap.NewStdLog(log),
	}
	return c
}

// idControl: nothing answers on the control socket any more.
const idControl MessageID = "f7525410a5964649bbfd9aef8e28f102"

// listen answers on l until close.
func (c *Control) listen(l net.Listener) {
	go func() {
		defer close(c.served)
		if err := c.server.Serve(&limitListener{Listener: l}); !errors.Is(err, http.ErrServerClosed) {
			c.log.Error("control socket failed", idControl.Field(), zap.Error(err))
		}
	}()
}

// Handle adds a raw handler; pattern is http.ServeMux's, such as "GET /picture".
func (c *Control) Handle(pattern string, h http.Handler) { c.mux.Handle(pattern, h) }

// Func adds a handler that takes the request's body and returns what to answer, as JSON. It runs in the request's
// goroutine. An error becomes status 400 for a *ConfigError or *UsageError, 409 for any other.
func (c *Control) Func(pattern string, fn func(ctx context.Context, body []byte) (any, error)) {
	c.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBytes))
		if err != nil {
			writeError(w, http.StatusRequestEntityTooLarge, fmt.Errorf("reading the request: %w", err))
			return
		}
		v, err := fn(r.Context(), body)
		writeAnswer(w, v, err)
	})
}

// Query adds a handler that takes what follows the path's question mark, and is like Func in all else. The request has no body.
func (c *Control) Query(pattern string, fn func(ctx context.Context, query url.Values) (any, error)) {
	c.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		v, err := fn(r.Context(), r.URL.Query())
		writeAnswer(w, v, err)
	})
}

// close stops listening at once, and gives requests under way a moment to end.
func (c *Control) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if c.server.Shutdown(ctx) != nil {
		_ = c.server.Close()
	}
	<-c.served
}

// serve answers a request. One that nothing answers yet waits until the daemon is ready: it may be the very one that made
// systemd start it.
func (c *Control) serve(w http.ResponseWriter, r *http.Request) {
	if _, pattern := c.mux.Handler(r); pattern == "" && !c.isOpen(r.Context()) {
		writeError(w, http.StatusServiceUnavailable, fmt.Errorf("%s: the daemon is still starting", r.URL.Path))
		return
	}
	h, pattern := c.mux.Handler(r)
	if pattern != "" {
		c.mux.ServeHTTP(w, r)
		return
	}
	refusal := refusal{header: w.Header()}
	h.ServeHTTP(&refusal, r)
	w.Header().Del("Content-Length")
	switch refusal.status {
	case http.StatusMethodNotAllowed:
		writeError(w, refusal.status, fmt.Errorf("%s %s: only %s is allowed", r.Method, r.URL.Path, w.Header().Get("Allow")))
	default:
		writeError(w, http.StatusNotFound, fmt.Errorf("%s: no such path", r.URL.Path))
	}
}

// isOpen waits, within limits, until every handler is there.
func (c *Control) isOpen(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	select {
	case <-c.opened:
		return true
	case <-ctx.Done():
		return false
	}
}

// refusal takes the status and the headers of the mux's own plain-text error, and drops its text.
type refusal struct {
	header http.Header
	status int
}

func (r *refusal) Header() http.Header         { return r.header }
func (r *refusal) Write(p []byte) (int, error) { return len(p), nil }
func (r *refusal) WriteHeader(status int)      { r.status = status }

func errorStatus(err error) int {
	var config *ConfigError
	var usage *UsageError
	if errors.As(err, &config) || errors.As(err, &usage) {
		return http.StatusBadRequest
	}
	return http.StatusConflict
}

func writeAnswer(w http.ResponseWriter, v any, err error) {
	if err != nil {
		writeError(w, errorStatus(err), err)
		return
	}
	writeJSON(w, http.StatusOK, v)
}

func writeError(w http.ResponseWriter, status int, err error) {
	answer := errorAnswer{Error: err.Error()}
	var config *ConfigError
	if errors.As(err, &config) {
		answer.Problems = config.Problems
	}
	writeJSON(w, status, answer)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		status = http.StatusInternalServerError
		text, _ = json.Marshal(errorAnswer{Error: "writing the answer: " + err.Error()})
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n'))
}

// errorAnswer is the body of an error.
type errorAnswer struct {
	Error    string    `json:"error"`
	Problems []Problem `json:"problems,omitempty"`
}

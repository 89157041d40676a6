package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
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
)

// Control is HTTP on a daemon's control socket. Answers and errors are JSON; an error is {"error": "…"}.
type Control struct {
	mux    *http.ServeMux
	server *http.Server
	log    *zap.Logger
	served chan struct{}
}

// Serve answers on l until Close.
func Serve(l net.Listener, log *zap.Logger) *Control {
	c := &Control{mux: http.NewServeMux(), log: log, served: make(chan struct{})}
	c.server = &http.Server{
		Handler: http.HandlerFunc(c.serve), ReadHeaderTimeout: headerTimeout, ReadTimeout: requestTimeout,
		WriteTimeout: answerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes, ErrorLog: zap.NewStdLog(log),
	}
	go func() {
		defer close(c.served)
		if err := c.server.Serve(&limitListener{Listener: l}); !errors.Is(err, http.ErrServerClosed) {
			log.Error("control socket failed", zap.Error(err))
		}
	}()
	return c
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
		if err != nil {
			writeError(w, errorStatus(err), err)
			return
		}
		writeJSON(w, http.StatusOK, v)
	})
}

// Close stops listening at once, and gives requests under way a moment to end.
func (c *Control) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if c.server.Shutdown(ctx) != nil {
		_ = c.server.Close()
	}
	<-c.served
}

func (c *Control) serve(w http.ResponseWriter, r *http.Request) {
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

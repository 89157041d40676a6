package daemontest

import (
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"lanekeeper/daemon"
)

// Metrics holds that a daemon's metrics keep to Prometheus' conventions, and that docs/metrics.md has those of its part and
// those of all daemons, with what they help to see, and no others.
func Metrics(t *testing.T, part string, r *prometheus.Registry) {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, daemon.Product) {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	text, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `(" + daemon.Product + "_[a-z_]+)`([^|]*)\\| (\\w+) \\| (.*) \\|$")
	listed := map[string][]string{}
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		listed[m[1]] = m
	}
	found := map[string]bool{}
	for _, f := range families {
		name := f.GetName()
		if !strings.HasPrefix(name, daemon.Product) {
			continue
		}
		found[name] = true
		kind := strings.ToLower(f.GetType().String())
		switch m := listed[name]; {
		case m == nil:
			t.Errorf("docs/metrics.md: | `%s` | %s | %s |\nis missing", name, kind, f.GetHelp())
		case m[3] != kind || m[4] != f.GetHelp():
			t.Errorf("docs/metrics.md: %s is a %s: %s\nlisted is a %s: %s", name, kind, f.GetHelp(), m[3], m[4])
		}
		for _, one := range f.GetMetric() {
			for _, l := range one.GetLabel() {
				if m := listed[name]; m != nil && !strings.Contains(m[2], l.GetName()) {
					t.Errorf("docs/metrics.md: %s has the label %s", name, l.GetName())
				}
			}
		}
	}
	for name := range listed {
		if strings.HasPrefix(name, daemon.Product+"_"+part+"_") && !found[name] {
			t.Errorf("docs/metrics.md lists %s, which is not there", name)
		}
	}
}

// Values holds that metrics have the given values; each is named as /metrics names it.
func Values(t *testing.T, r *prometheus.Registry, want map[string]float64) {
	t.Helper()
	answer := httptest.NewRecorder()
	question := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody)
	promhttp.HandlerFor(r, promhttp.HandlerOpts{}).ServeHTTP(answer, question)
	got := map[string]float64{}
	for _, line := range strings.Split(answer.Body.String(), "\n") {
		name, value, ok := strings.Cut(line, "} ")
		if ok {
			name += "}"
		} else {
			name, value, _ = strings.Cut(line, " ")
		}
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			got[name] = v
		}
	}
	for name, v := range want {
		if g, ok := got[name]; !ok || math.Abs(g-v) > 1e-12 {
			t.Errorf("%s is %v (there: %v), want %v", name, g, ok, v)
		}
	}
}

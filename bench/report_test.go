package bench

import (
	"encoding/json"
	"strings"
	"testing"

	"lanekeeper/shm"
)

func sampleReport() *Report {
	row := func(t Transport, f Figure, wait string, bytes, readers int, p50, p99 int64) Row {
		return Row{t, f, wait, bytes, readers, 1000, 60, p50, p99, 2 * p99, 3 * p99, 0}
	}
	return &Report{
		Machine: Machine{Model: "A CPU", CPUs: 2, Kernel: "Linux 6.1 x86_64", Go: "go1.26", Load: "0.10"},
		Pinned:  true,
		Rows: []Row{
			row(SharedMemory, Notification, "spin", 88, 1, 120, 330),
			row(Limit, Notification, "spin", 88, 1, 100, 110),
			row(SharedMemory, Notification, "futex", 88, 1, 40_000, 55_000),
			row(Limit, Notification, "futex", 88, 1, 25_000, 45_000),
			row(UnixSocket, Notification, "futex", 88, 1, 50_000, 1_250_000),
		},
		Missing: []Cell{{Notification, shm.Spin, 88, 8}},
	}
}

func TestJSON(t *testing.T) {
	var b strings.Builder
	r := sampleReport()
	r.Rows = r.Rows[:2]
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	const want = `[
  {"transport":"shm","figure":"notification","wait":"spin","payload_bytes":88,"readers":1,"samples":1000,"min_ns":60,"p50_ns":120,"p99_ns":330,"p999_ns":660,"max_ns":990},
  {"transport":"limit","figure":"notification","wait":"spin","payload_bytes":88,"readers":1,"samples":1000,"min_ns":60,"p50_ns":100,"p99_ns":110,"p999_ns":220,"max_ns":330}
]
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestJSONWithoutRows(t *testing.T) {
	var b strings.Builder
	if err := new(Report).JSON(&b); err != nil {
		t.Fatal(err)
	}
	rows := []Row{{}}
	if err := json.Unmarshal([]byte(b.String()), &rows); err != nil || len(rows) != 0 {
		t.Errorf("%q: %v, %v", b.String(), rows, err)
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	if err := sampleReport().Table(&b); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(b.String()) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	got := strings.Join(lines, "\n")
	const want = `figure wait payload readers transport samples min p50 p99 p99.9 max p50 ÷ limit
notification spin 88 B 1 shm 1000 60 ns 120 ns 330 ns 660 ns 990 ns 1.20
notification spin 88 B 1 limit 1000 60 ns 100 ns 110 ns 220 ns 330 ns
notification spin 88 B 8 not measured on 2 CPUs
notification futex 88 B 1 shm 1000 60 ns 40.0 µs 55.0 µs 110 µs 165 µs 1.60
notification futex 88 B 1 limit 1000 60 ns 25.0 µs 45.0 µs 90.0 µs 135 µs
notification futex 88 B 1 unix 1000 60 ns 50.0 µs 1.25 ms 2.50 ms 3.75 ms 2.00

A CPU, 2 CPUs, Linux 6.1 x86_64, go1.26, load 0.10 at the start, processes pinned, writer and readers on different CPUs

notification, spin, 88 B: p50 ÷ cache-line bounce 1.20 ≤ 1.50 met
notification, spin, 88 B: p99 ÷ cache-line bounce 3.00 ≤ 3.00 met
notification, spin, 800x600x3: p50 ÷ cache-line bounce – ≤ 1.50 not measured
notification, spin, 800x600x3: p99 ÷ cache-line bounce – ≤ 3.00 not measured
notification, spin: p50 of 800x600x3 ÷ 88 B – ≤ 1.20 not measured
delivery, spin, 800x600x3: p50 ÷ memcpy + sum – ≤ 1.20 not measured
delivery, futex, 800x600x3: p50 ÷ memcpy + sum – ≤ 1.20 not measured
notification, futex at 60 Hz, 88 B: p50 ÷ bare futex 1.60 ≤ 1.30 MISSED
notification, futex at 60 Hz, 800x600x3: p50 ÷ bare futex – ≤ 1.30 not measured
write, 88 B, 8 sleeping readers: p50 ÷ store + wake – ≤ 1.30 not measured
write, 800x600x3, 8 sleeping readers: p50 ÷ memcpy + store + wake – ≤ 1.30 not measured`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLateFrames(t *testing.T) {
	r := &Report{Rows: []Row{
		{Transport: SharedMemory, Figure: Notification, Wait: "futex", PayloadBytes: 88, Readers: 8, Samples: 500, Late: 2},
		{Transport: Limit, Figure: Notification, Wait: "futex", PayloadBytes: 88, Readers: 8, Samples: 500, Late: 1},
		{Transport: SharedMemory, Figure: Delivery, Wait: "futex", PayloadBytes: 88, Readers: 8, Samples: 500, Late: 1},
	}}
	var b strings.Builder
	r.lateFrames(&b)
	if got, want := b.String(), "88 B at 60 Hz to 8 readers: 2 of 500 late by a frame period\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDuration(t *testing.T) {
	for ns, want := range map[int64]string{
		0: "0 ns", 7: "7 ns", 999: "999 ns", 1000: "1.00 µs", 9994: "9.99 µs", 9995: "10.0 µs", 99_949: "99.9 µs", 99_950: "100 µs",
		999_499: "999 µs", 999_500: "1.00 ms", 12_345_678: "12.3 ms", 2_000_000_000: "2.00 s", 60_000_000_000: "60.0 s",
	} {
		if got := duration(ns); got != want {
			t.Errorf("%d ns: %q, want %q", ns, got, want)
		}
	}
}

func TestModelName(t *testing.T) {
	for text, want := range map[string]string{
		"processor\t: 0\nmodel name\t: AMD EPYC\nmodel name\t: other\n": "AMD EPYC",
		"processor\t: 0\nBogoMIPS\t: 108.00\n":                          "",
	} {
		if got := modelName([]byte(text)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

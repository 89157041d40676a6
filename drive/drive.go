package drive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/sim"
)

// Run drives until the source comes to its end or ctx ends, and tells on out how it goes. Whatever happens, no process and no segment
// is left behind. The error is about the machinery; how well it drove is the Summary's.
func Run(ctx context.Context, o Options, out io.Writer) (_ *Summary, err error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.OutDir, 0o755); err != nil {
		return nil, fmt.Errorf("making room for the results: %w", err)
	}
	runDir, err := os.MkdirTemp("", "lanekeeper-")
	if err != nil {
		return nil, fmt.Errorf("making room for sockets: %w", err)
	}
	defer os.RemoveAll(runDir)
	place := daemon.Place{Prefix: fmt.Sprintf("drive%d-", os.Getpid()), RunDir: runDir, ShmDir: o.ShmDir}
	d := &drive{opt: o, line: newLiveLine(out), record: &recorder{place: place}}
	shown, err := d.companion(place)
	if err != nil {
		return nil, err
	}
	orders, err := plan(&d.opt, place, shown)
	if err != nil {
		return nil, err
	}
	o = d.opt
	d.watch = &watcher{place: place, onLane: d.record.lanes}
	if o.Source != "" {
		d.record.video = &video{path: videoPath(o.Source, o.OutDir), fps: rate(o.format.FPS)}
	}
	d.family = &family{place: place, binDir: o.BinDir, logDir: o.OutDir, orders: orders, notice: d.line.say}
	if err := d.clearLogs(); err != nil {
		return nil, err
	}
	d.announce()
	if err := d.run(ctx); err != nil {
		return nil, err
	}
	return d.summarise(ctx)
}

// drive is one drive under way.
type drive struct {
	opt    Options
	line   *liveLine
	family *family
	watch  *watcher
	record *recorder
	viewer *companion // nil: none
	page   string     // its host and port
}

// companion plans the viewer, where there is to be one and it is installed.
func (d *drive) companion(place daemon.Place) (*show, error) {
	if d.opt.Viewer == ViewerNone {
		return nil, nil
	}
	binDir, err := findViewer(d.opt.BinDir)
	if err != nil {
		d.line.say("Nothing is shown in the browser: lane-viewer is not installed.")
		return nil, nil
	}
	var s show
	if err := s.plan(place); err != nil {
		return nil, err
	}
	d.viewer = &companion{
		binDir: binDir, logPath: d.opt.file(nameViewer + ".log"), order: s.order(&d.opt), pause: time.Second, notice: d.line.say,
	}
	d.page = s.page
	return &s, nil
}

func (d *drive) announce() {
	what := "the simulated course " + d.opt.Scenario
	if d.opt.Source != "" {
		what = d.opt.Source
	}
	d.line.say(fmt.Sprintf("Driving %s; Ctrl-C stops. Logs and results go to %s.", what, d.opt.OutDir))
	if d.viewer != nil {
		d.line.say(fmt.Sprintf("Watch it in the browser: http://%s/", d.page))
	}
}

// clearLogs takes away what an earlier drive has left, so that nothing old is taken for new.
func (d *drive) clearLogs() error {
	names := []string{traceName, reportName, pictureName, nameViewer + ".log"}
	for _, o := range d.family.orders {
		names = append(names, o.name+".log")
	}
	for _, n := range names {
		if err := os.Remove(d.opt.file(n)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("clearing an earlier drive's results: %w", err)
		}
	}
	return nil
}

// run has the daemons drive and looks on until they are done. The onlookers outlast the daemons, so that they see the last
// records; when one of them fails before, because the disk is full, say, the drive is over.
func (d *drive) run(ctx context.Context) error {
	look, done := context.WithCancel(context.Background())
	defer done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	onlookers := []func(context.Context) error{d.watch.run, d.record.run}
	ended := make(chan error, len(onlookers))
	for _, onlooker := range onlookers {
		go func() { ended <- onlooker(look) }()
	}
	driven := make(chan error, 1)
	go func() { driven <- d.family.run(ctx) }()
	if d.viewer != nil {
		var beside sync.WaitGroup
		beside.Go(func() { d.viewer.run(look) })
		defer beside.Wait() // after done, which ends it
		defer done()
	}
	tick := time.NewTicker(d.line.interval())
	defer tick.Stop()
	var errs []error
	for running := len(onlookers); ; {
		select {
		case <-tick.C:
			d.line.show(d.watch.glance())
		case err := <-ended:
			errs = append(errs, err)
			running--
			cancel()
		case err := <-driven:
			done()
			for ; running > 0; running-- {
				errs = append(errs, <-ended)
			}
			return errors.Join(append(errs, err)...)
		}
	}
}

func (d *drive) summarise(ctx context.Context) (*Summary, error) {
	w := d.watch
	s := &Summary{
		Title: "Driven: " + d.opt.Scenario, Published: d.record.newest, Evaluated: w.detection.FramesEvaluated,
		Overrun: w.detection.FramesOverrun, Skipped: w.detection.FramesSkipped, Both: w.lanes.both, One: w.lanes.one, None: w.lanes.none,
		Restarts: d.family.Restarts, LogDir: d.opt.OutDir, Stopped: ctx.Err() != nil,
	}
	p50, p99, most := percentiles(w.latencies)
	s.P50, s.P99, s.Max = time.Duration(p50), time.Duration(p99), time.Duration(most)
	s.Stops = w.stops
	var course *sim.Chart
	var way [][2]float64
	if d.opt.Source != "" {
		s.Title = "Driven: " + filepath.Base(d.opt.Source)
		if d.record.video.frames > 0 {
			s.Files = append(s.Files, d.record.video.path)
		}
	} else {
		var err error
		if s.Truth, err = readTruth(d.opt.file(reportName)); err != nil {
			return nil, err
		}
		s.Published = s.Truth.Published
		if course, way, err = d.mapped(); err != nil {
			return nil, err
		}
		s.Files = append(s.Files, d.opt.file(traceName))
	}
	if err := picture(d.opt.file(pictureName), course, way, d.record.stills(), s.caption(d.opt.Scenario)); err != nil {
		return nil, err
	}
	s.Files = append(s.Files, d.opt.file(pictureName))
	return s, nil
}

// mapped is the course and the way driven on it.
func (d *drive) mapped() (*sim.Chart, [][2]float64, error) {
	scenario, err := sim.Load(d.opt.Scenario)
	if err != nil {
		return nil, nil, err
	}
	world, err := sim.New(scenario, d.opt.Seed)
	if err != nil {
		return nil, nil, err
	}
	const points = 2000
	chart := world.Chart(math.Max(world.Course().LengthM/points, 0.01))
	way, err := readTrace(d.opt.file(traceName))
	return &chart, way, err
}

// caption is for the picture, whose font has ASCII alone.
func (s *Summary) caption(scenario string) []string {
	if s.Truth == nil {
		return nil
	}
	lines := []string{
		fmt.Sprintf("%s: %.0f m in %.1f s, %d departures", scenario, s.Truth.DistanceM, s.Truth.TimeS, s.Truth.Departures),
		fmt.Sprintf("offset at most %.2f m, RMS %.3f m", s.Truth.MaxOffsetM, s.Truth.RMSOffsetM),
		fmt.Sprintf("capture to command p50 %.1f ms, p99 %.1f ms", msOf(s.P50), msOf(s.P99)),
		"grey: lane lines, blue: lane centre, red: driven",
	}
	if len(s.Stops) > 0 {
		lines = append(lines, fmt.Sprintf("%d stops, the first: %v", len(s.Stops), s.Stops[0]))
	}
	return lines
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"lanekeeper/detect"
	"lanekeeper/evaluation"
)

// maxWorst bounds a report: each of the worst frames is a picture in it.
const maxWorst = 100

// evalCommand runs a detection method over sets of pictures with known lines, and over videos, and scores it.
func evalCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := newFlags("eval", stderr, "[flags] DIR|VIDEO…",
		"Scores a detection method on folders of pictures of which the lines are known: a labels.jsonl with drawn lines and the",
		"pictures beside it or in images/, or images/ with masks of the paint in lanes/. Of a video, of which no lines are known, it",
		"tells how steadily they are found, with each frame alone and with the frames before. docs/evaluation.md says what is counted.")
	chosen := newDetectorFlags(fs)
	asJSON := fs.Bool("json", false, "write one JSON object with all results, those of each frame too")
	report := fs.String("report", "", "HTML `file` to write a report to, with the worst frames")
	worst := fs.Int("worst", 24, fmt.Sprintf("`frames` of each set to show in the report, 0 to %d", maxWorst))
	sequence := fs.Bool("sequence", false, "take a set's pictures as frames of one drive, in their order, 25 a second")
	if err := parseFlags(fs, args, true); err != nil {
		return err
	}
	switch {
	case fs.NArg() == 0:
		return usageError{errors.New("eval: no folder and no video given")}
	case *worst < 0 || *worst > maxWorst:
		return usageError{fmt.Errorf("eval: --worst %d: 0 to %d expected", *worst, maxWorst)}
	}
	detector, err := chosen.open(ctx)
	if err != nil {
		return err
	}
	defer detector.Close()
	job := evalJob{detector: detector, sequence: *sequence, open: func() (detect.Detector, error) { return chosen.open(ctx) }}
	var page *wholeFile
	if *report != "" {
		if page, err = newWholeFile(*report); err != nil { // before the work, not after it
			return fmt.Errorf("writing the report: %w", err)
		}
		defer page.abandon()
	}
	out := evaluation.Report{Method: chosen.method, Sequence: *sequence}
	out.Sets, out.Videos = []*evaluation.SetResult{}, []*evaluation.VideoResult{}
	var failures []error
	for _, path := range fs.Args() {
		err := job.evaluate(ctx, path, &out)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			fmt.Fprintln(stderr, "lanectl:", err)
			failures = append(failures, err)
		}
	}
	if len(out.Sets)+len(out.Videos) == 0 {
		return fmt.Errorf("%d of %d arguments failed", len(failures), fs.NArg())
	}
	lost, pictures := 0, 0
	for _, s := range out.Sets {
		pictures += len(s.Results)
		for i := range s.Results {
			if r := &s.Results[i]; r.Error != "" {
				lost++
				fmt.Fprintf(stderr, "lanectl: %s: %s: %s\n", s.Set, r.File, r.Error)
			}
		}
	}
	write := out.Table
	if *asJSON {
		write = out.JSON
	}
	if err := write(stdout); err != nil {
		return err
	}
	if page != nil {
		if err := out.HTML(page, *worst, job.thumbnail); err != nil {
			return err
		}
		if err := page.Close(); err != nil {
			return err
		}
	}
	switch {
	case len(failures) > 0:
		return fmt.Errorf("%d of %d arguments failed", len(failures), fs.NArg())
	case lost > 0:
		return fmt.Errorf("%d of %d pictures could not be looked at; they count as missing", lost, pictures)
	}
	return nil
}

// evalJob is one call of lanectl eval.
type evalJob struct {
	detector detect.Detector
	open     func() (detect.Detector, error) // makes another one like it
	sequence bool
	seen     map[*evaluation.SetResult]*lookedAt
}

// evaluate takes a folder, or a video, and adds what came out.
func (j *evalJob) evaluate(ctx context.Context, path string, to *evaluation.Report) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("looking for a set of pictures or a video: %w", err)
	}
	if !info.IsDir() {
		v, err := j.video(ctx, path)
		if err == nil {
			to.Videos = append(to.Videos, v)
		}
		return err
	}
	set, err := evaluation.OpenSet(path)
	if err != nil {
		return err
	}
	r, err := j.set(ctx, set)
	if err == nil {
		to.Sets = append(to.Sets, r)
	}
	return err
}

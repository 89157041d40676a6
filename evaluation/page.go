package evaluation

import (
	_ "embed" // the page
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
)

//go:embed page.html
var pageText string

// Thumbnail is a picture of a set's result, small, with what was found and what is true drawn onto it, as JPEG.
type Thumbnail func(set *SetResult, index int) ([]byte, error)

// page is what the template takes.
type page struct {
	*Report
	Sets []pageSet
}

type pageSet struct {
	*SetResult
	Name    string
	Numbers []pageNumber
	Diagram diagram
	Worst   []pageFrame
	Wrong   int // results that went wrong, of which Worst are some
	Lost    []*Result
}

type pageNumber struct{ Name, Value, Meaning string }

type pageFrame struct {
	File, Left, Right string
	Class             string // of the worse side
	Picture           template.URL
}

// most is how many pictures that could not be looked at are named in a page.
const most = 50

// HTML writes the report as one page that needs no other file, with the worst results of each set, at most worst.
func (r *Report) HTML(w io.Writer, worst int, thumbnail Thumbnail) error {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return fmt.Errorf("reading the report's template: %w", err)
	}
	p := page{Report: r}
	for _, s := range r.Sets {
		set := pageSet{
			SetResult: s, Name: filepath.Base(s.Set), Numbers: s.numbers(), Diagram: newDiagram(s.Calibration.Bins),
			Wrong: len(s.Worst(len(s.Results))),
		}
		for _, i := range s.Worst(worst) {
			f, err := s.pageFrame(i, thumbnail)
			if err != nil {
				return err
			}
			set.Worst = append(set.Worst, f)
		}
		for i := range s.Results {
			if s.Results[i].Error != "" && len(set.Lost) < most {
				set.Lost = append(set.Lost, &s.Results[i])
			}
		}
		p.Sets = append(p.Sets, set)
	}
	if err := t.Execute(w, &p); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// pageFrame is one of the worst results.
func (r *SetResult) pageFrame(i int, thumbnail Thumbnail) (pageFrame, error) {
	result := &r.Results[i]
	picture, err := thumbnail(r, i)
	if err != nil {
		return pageFrame{}, fmt.Errorf("drawing %s for the report: %w", result.File, err)
	}
	class, _ := result.badness()
	return pageFrame{
		File: result.File, Left: result.Left.Words(r.Kind), Right: result.Right.Words(r.Kind),
		Class: [...]string{"wrong", "ghost", "missed", ""}[class],
		// What is encoded so has no character that means anything in a page.
		Picture: template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(picture)),
	}, nil
}

// numbers are a set's numbers with their meanings.
func (r *SetResult) numbers() []pageNumber {
	four := func(v float64) string { return fmt.Sprintf("%.4f", v) }
	t := r.TimeMs
	times := pageNumber{"ms a frame", ms(t.P50), fmt.Sprintf("median; 99 of 100 within %.2f, mean %.2f", t.P99, t.Mean)}
	ece := pageNumber{"ECE", four(r.Calibration.ECE), fmt.Sprintf("expected calibration error; Brier score %.4f", r.Calibration.Brier)}
	if p := r.Paint; p != nil {
		return []pageNumber{
			{"on paint", four(p.OnPaint), fmt.Sprintf("share of the %d judged lines, of %d claimed", p.Judged, p.Claimed)},
			ece, times,
		}
	}
	n := r.Score
	return []pageNumber{
		{"F1", four(n.F1), "harmonic mean of precision and recall"},
		{"precision", four(n.Precision), "share of the claimed lines that are hits"},
		{"recall", four(n.Recall), fmt.Sprintf("share of the %d true lines that were hit", n.Sides)},
		{"ghosts", fmt.Sprintf("%.3f", n.Ghosts), "share of the sides without a line on which one is claimed"},
		{"acc", four(n.Acc), "share of the true lines' rows that were found"},
		{"mae px", fmt.Sprintf("%.2f", n.MaePx), "mean distance across the line, at a width of 640"},
		ece, times,
	}
}

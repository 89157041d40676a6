package evaluation

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lanekeeper/score"
)

// Kind is how the truth of a set is told.
type Kind string

// The kinds.
const (
	Labels Kind = "labels" // drawn lines, in labels.jsonl
	Masks  Kind = "masks"  // pictures of the paint, in lanes/
)

// The names in a set's folder.
const (
	labelsName = "labels.jsonl"
	imagesName = "images"
	lanesName  = "lanes"
)

// Set is a folder of pictures and what is true in them.
type Set struct {
	Dir   string
	Kind  Kind
	Items []Item
}

// Item is a picture of a set.
type Item struct {
	Name    string       // as the set calls it
	Picture string       // path
	Truth   *score.Frame // the lines drawn in it, for Labels
	Mask    string       // path of the mask, for Masks
	Err     error        // why it cannot be looked at; nil as far as is known
}

// OpenSet recognises the set in a folder: a labels.jsonl with the pictures beside it or in images/, or pictures in images/
// with a PNG of the same name for each in lanes/. Where it finds neither, the error says what there is.
func OpenSet(dir string) (*Set, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("looking for a set of pictures: %w", err)
	}
	has := func(name string, folder bool) bool {
		return slices.ContainsFunc(entries, func(e os.DirEntry) bool {
			info, err := os.Stat(filepath.Join(dir, e.Name())) // the entry may be a link
			return e.Name() == name && err == nil && info.IsDir() == folder
		})
	}
	s := &Set{Dir: dir}
	switch {
	case has(labelsName, false):
		s.Kind, err = Labels, s.readLabels()
	case has(imagesName, true) && has(lanesName, true):
		s.Kind, err = Masks, s.pairMasks()
	default:
		err = fmt.Errorf("%s: neither a %s nor the folders %s and %s in it, but %s", dir, labelsName, imagesName, lanesName, contents(entries))
	}
	if err == nil && len(s.Items) == 0 {
		err = fmt.Errorf("%s: a set without pictures", dir)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// contents names some of what a folder holds.
func contents(entries []os.DirEntry) string {
	const most = 5
	if len(entries) == 0 {
		return "nothing at all"
	}
	var names []string
	for _, e := range entries[:min(most, len(entries))] {
		name := e.Name()
		if e.IsDir() {
			name += "/"
		}
		names = append(names, fmt.Sprintf("%q", name))
	}
	if more := len(entries) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// readLabels makes items of a labels file.
func (s *Set) readLabels() error {
	path := filepath.Join(s.Dir, labelsName)
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading labels: %w", err)
	}
	defer file.Close()
	frames, err := score.ReadLabels(file)
	if err != nil {
		return fmt.Errorf("reading labels: %s: %w", path, err)
	}
	for i := range frames {
		f := &frames[i]
		item := Item{Name: f.File, Truth: f}
		item.Picture, item.Err = s.find(f.File)
		s.Items = append(s.Items, item)
	}
	return nil
}

// find is where a picture lies.
func (s *Set) find(name string) (string, error) {
	if !filepath.IsLocal(name) {
		return "", errors.New("its name leads out of the set's folder")
	}
	for _, path := range []string{filepath.Join(s.Dir, imagesName, name), filepath.Join(s.Dir, name)} {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("the picture is neither in the set's folder nor in %s in it", imagesName)
}

// pairMasks makes items of pictures and masks: of the same name, but for the extension. What is without the other is an
// item that cannot be looked at.
func (s *Set) pairMasks() error {
	pictures, err := stems(filepath.Join(s.Dir, imagesName))
	if err != nil {
		return err
	}
	masks, err := stems(filepath.Join(s.Dir, lanesName))
	if err != nil {
		return err
	}
	all := make([]string, 0, len(pictures))
	for stem := range pictures {
		all = append(all, stem)
	}
	for stem := range masks {
		if pictures[stem] == "" {
			all = append(all, stem)
		}
	}
	slices.Sort(all)
	for _, stem := range all {
		item := Item{Name: pictures[stem], Picture: filepath.Join(s.Dir, imagesName, pictures[stem])}
		switch item.Mask = filepath.Join(s.Dir, lanesName, masks[stem]); {
		case pictures[stem] == "":
			item.Name, item.Err = masks[stem], fmt.Errorf("a mask in %s without a picture in %s", lanesName, imagesName)
		case masks[stem] == "":
			item.Err = fmt.Errorf("no mask in %s: %s.png expected", lanesName, stem)
		case filepath.Ext(masks[stem]) != ".png":
			item.Err = fmt.Errorf("its mask %s is no PNG", masks[stem])
		}
		s.Items = append(s.Items, item)
	}
	return nil
}

// stems lists a folder's files by their names without the extension. Hidden ones are passed over.
func stems(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("listing a set of pictures: %w", err)
	}
	names := map[string]string{}
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && !strings.HasPrefix(name, ".") {
			stem := strings.TrimSuffix(name, filepath.Ext(name))
			if other := names[stem]; other != "" {
				return nil, fmt.Errorf("%s: both %s and %s: which of them belongs to %s?", dir, other, name, stem)
			}
			names[stem] = name
		}
	}
	return names, nil
}

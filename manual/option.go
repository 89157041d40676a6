package manual

import (
	"flag"
	"slices"
	"strings"
)

// Option is a flag of a command.
type Option struct {
	Name    string   // without hyphens
	Value   string   // what its value is called; empty for one that takes none
	Doc     string   // as --help has it
	Default string   // empty where that is nothing, no or 0
	Words   []string // values to offer; one that ends in = is followed by more
	Repeat  bool     // may be given more than once
}

// Chooser is a flag.Value that knows values worth offering.
type Chooser interface {
	Words() []string
}

// Options lists the flags of a set, sorted by name, and the help that every set has. A flag whose usage text says "may be
// repeated" may be.
func Options(fs *flag.FlagSet) []Option {
	list := []Option{{Name: "help", Doc: "print what the flags are, and exit"}}
	fs.VisitAll(func(f *flag.Flag) {
		o := Option{Name: f.Name}
		o.Value, o.Doc = flag.UnquoteUsage(f)
		o.Repeat = strings.Contains(o.Doc, "may be repeated")
		if c, ok := f.Value.(Chooser); ok {
			o.Words = c.Words()
		}
		switch f.DefValue {
		case "", "0", "0s", "false":
		default:
			o.Default = f.DefValue
		}
		list = append(list, o)
	})
	slices.SortStableFunc(list, func(a, b Option) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// paths is what kind of path a value or an argument is.
type paths int

const (
	noPaths paths = iota
	files
	folders
)

func (o Option) takes() paths {
	switch o.Value {
	case "file":
		return files
	case "folder", "directory":
		return folders
	}
	return noPaths
}

// brief is as much of the explanation as fits beside a word that is offered.
func (o Option) brief() string {
	end := len(o.Doc)
	for _, stop := range []string{"; ", " (", ". ", ": "} {
		if i := strings.Index(o.Doc, stop); i > 0 && i < end {
			end = i
		}
	}
	return strings.TrimSuffix(o.Doc[:end], ".")
}

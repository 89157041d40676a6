package daemon

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFileBytes bounds a configuration file; a larger one is some other file given by mistake.
const maxFileBytes = 1 << 20

// Source is a place that configuration values come from.
type Source func(*decoder)

// File is a YAML file that must exist.
func File(path string) Source {
	return func(d *decoder) { d.file(path, false) }
}

// OptionalFile is a YAML file that need not exist.
func OptionalFile(path string) Source {
	return func(d *decoder) { d.file(path, true) }
}

// Text is YAML from memory; name stands for the file's name in errors.
func Text(name string, text []byte) Source {
	return func(d *decoder) { d.text(name, text) }
}

// Environment takes the variables that begin with prefix from environ, a list as os.Environ gives it. The rest of a
// variable's name is the key in upper case with "_" for every "." and "-": with the prefix LANEKEEPER_CONTROLD_,
// LANEKEEPER_CONTROLD_STEERING_KP is steering.kp. The prefix belongs to one daemon, so that a variable that matches no
// key is an error, as in a file.
func Environment(prefix string, environ []string) Source {
	return func(d *decoder) {
		known := map[string]string{}
		var names []string
		for _, path := range d.root.paths() {
			name := prefix + variableName(path)
			known[name] = path
			names = append(names, name)
		}
		for _, variable := range environ {
			name, text, _ := strings.Cut(variable, "=")
			if !strings.HasPrefix(name, prefix) {
				continue
			}
			d.source = name
			if path, ok := known[name]; ok {
				d.assign(path, text)
				continue
			}
			near, message := nearest(name, names), "no key has this variable"
			if near != "" {
				message += "; did you mean " + near + "?"
			}
			d.report(nil, Problem{Value: text, Nearest: near, Message: message})
		}
	}
}

// Set takes assignments of the form key=value; name is what gave them, such as "--set". A list is given as [1, 2].
func Set(name string, assignments ...string) Source {
	return func(d *decoder) {
		for _, a := range assignments {
			d.source = name
			path, text, ok := strings.Cut(a, "=")
			if !ok {
				d.report(nil, Problem{Value: a, Message: strconv.Quote(a) + " given, key=value expected, such as --set section.key=1"})
				continue
			}
			d.assign(path, text)
		}
	}
}

func variableName(path string) string {
	return strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(path))
}

func (d *decoder) file(path string, optional bool) {
	d.source = path
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && optional {
		return
	}
	var text []byte
	if err == nil {
		text, err = io.ReadAll(io.LimitReader(f, maxFileBytes+1))
		_ = f.Close()
	}
	if err == nil && len(text) > maxFileBytes {
		err = fmt.Errorf("more than %d bytes", maxFileBytes)
	}
	if err != nil {
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			err = pathError.Err
		}
		d.report(nil, Problem{Message: "reading the file: " + err.Error()})
		return
	}
	d.text(path, text)
}

var yamlErrorLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

func (d *decoder) text(name string, text []byte) {
	d.source = name
	var doc, more yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return
	}
	if err == nil {
		d.section(doc.Content[0], d.target, d.root, "")
		if err = dec.Decode(&more); err == nil {
			d.report(&more, Problem{Message: "a second document begins; a configuration is one"})
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		m := yamlErrorLine.FindStringSubmatch(err.Error())
		line := 0
		if m != nil {
			line, _ = strconv.Atoi(m[1])
		}
		d.report(&yaml.Node{Line: line}, Problem{Message: "not YAML: " + yamlErrorLine.ReplaceAllString(err.Error(), "")})
	}
}

// assign stores a value given as text outside a file.
func (d *decoder) assign(path, text string) {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: text}
	if k, _ := d.root.lookup(d.target, path); k != nil && k.list {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err == nil && len(doc.Content) > 0 {
			n = doc.Content[0]
			clearLines(n)
		}
	}
	d.assignNode(path, n)
}

func (d *decoder) assignNode(path string, n *yaml.Node) {
	k, v := d.root.lookup(d.target, path)
	if k != nil && k.sub != nil && !k.list {
		d.wrong(n, path, k.allowed(), "")
		return
	}
	if k == nil {
		section, s := d.deepest(path)
		d.unknown(&yaml.Node{Kind: yaml.ScalarNode, Value: strings.TrimPrefix(path[len(section):], ".")}, section, s)
		return
	}
	d.given(path, 0)
	d.value(n, v, k, path)
}

// deepest is the innermost section that a path leads into.
func (d *decoder) deepest(path string) (string, *schema) {
	section, s := "", d.root
	for {
		name, rest, deeper := strings.Cut(strings.TrimPrefix(path[len(section):], "."), ".")
		k := s.find(name)
		if !deeper || rest == "" || k == nil || k.sub == nil || k.list {
			return section, s
		}
		section, s = join(section, name), k.sub
	}
}

// clearLines forgets the line numbers of a value that does not stand in a file.
func clearLines(n *yaml.Node) {
	n.Line = 0
	for _, c := range n.Content {
		clearLines(c)
	}
}

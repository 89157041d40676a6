package daemon

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decoder writes the sources of a configuration into a struct, one after the other, and collects what is wrong.
type decoder struct {
	root     *schema
	target   reflect.Value
	source   string // where the values come from now
	problems []Problem
	where    map[string]Problem // source and line of each key given
}

func newDecoder(t reflect.Type) (*decoder, error) {
	s, err := schemaOf(t)
	if err != nil {
		return nil, err
	}
	return &decoder{root: s, target: reflect.New(t).Elem(), where: map[string]Problem{}}, nil
}

func (d *decoder) report(n *yaml.Node, p Problem) {
	p.Source = d.source
	if n != nil {
		p.Line = n.Line
	}
	d.problems = append(d.problems, p)
}

// given notes where a key got its value.
func (d *decoder) given(path string, line int) { d.where[path] = Problem{Source: d.source, Line: line} }

func (d *decoder) section(n *yaml.Node, v reflect.Value, s *schema, path string) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.wrong(n, path, "a section with "+strings.Join(s.names(), ", "), "")
		return
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		k, at := s.find(name.Value), join(path, name.Value)
		switch first := lines[name.Value]; {
		case name.Kind != yaml.ScalarNode || k == nil:
			d.unknown(name, path, s)
		case first > 0:
			d.report(name, Problem{Key: at, Message: fmt.Sprintf("given a second time, first in line %d", first)})
		default:
			lines[name.Value] = name.Line
			d.given(at, name.Line)
			d.value(value, v.FieldByIndex(k.index), k, at)
		}
	}
}

func (d *decoder) value(n *yaml.Node, v reflect.Value, k *key, path string) {
	switch {
	case n.Kind == yaml.AliasNode:
		d.report(n, Problem{Key: path, Value: "*" + n.Value, Message: "an alias is not supported; write the value out"})
	case k.list:
		d.list(n, v, k, path)
	case k.sub != nil:
		d.section(n, v, k.sub, path)
	default:
		d.scalar(n, v, k, path)
	}
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, k *key, path string) {
	if n.Kind != yaml.SequenceNode || k.fixed > 0 && len(n.Content) != k.fixed {
		d.wrong(n, path, k.allowed(), "")
		return
	}
	out := reflect.New(k.typ).Elem()
	if k.fixed == 0 {
		out = reflect.MakeSlice(k.typ, len(n.Content), len(n.Content))
	}
	item := *k
	item.list, item.typ = false, k.item
	for i, c := range n.Content {
		at := path + "[" + strconv.Itoa(i) + "]"
		d.given(at, c.Line)
		d.value(c, out.Index(i), &item, at)
		if k.sub != nil {
			d.complete(c, k.sub, at)
		}
	}
	v.Set(out)
}

// complete reports the keys that an item of a list lacks: it has no defaults, so only a key that may be zero can be left out.
func (d *decoder) complete(n *yaml.Node, s *schema, path string) {
	for _, k := range s.keys {
		_, given := d.where[join(path, k.name)]
		optional := k.sub != nil || k.list && k.fixed == 0 || len(k.oneOf) == 0 && k.bounds.contain(0)
		if !given && !optional {
			d.wrong(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: n.Line}, join(path, k.name), k.allowed(), "")
		}
	}
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, k *key, path string) {
	if n.Kind == yaml.ScalarNode && k.setScalar(v, n) {
		return
	}
	near := ""
	if n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null" {
		near = nearest(n.Value, k.oneOf)
	}
	d.wrong(n, path, k.allowedScalar(), near)
}

// wrong reports a value that the key does not take.
func (d *decoder) wrong(n *yaml.Node, path, allowed, near string) {
	var given string
	switch {
	case n.Kind == yaml.MappingNode:
		given = "a section"
	case n.Kind == yaml.SequenceNode:
		given = fmt.Sprintf("a list of %d", len(n.Content))
	case n.Kind == yaml.AliasNode:
		given = "an alias"
	case n.ShortTag() == "!!null":
		given = "nothing"
	case n.ShortTag() == "!!str":
		given = strconv.Quote(n.Value)
	default:
		given = n.Value
	}
	message := given + " given, " + allowed + " expected"
	if near != "" {
		message += "; did you mean " + near + "?"
	}
	d.report(n, Problem{Key: path, Value: n.Value, Allowed: allowed, Nearest: near, Message: message})
}

// unknown reports a key that the section at path does not have.
func (d *decoder) unknown(name *yaml.Node, path string, s *schema) {
	at := join(path, name.Value)
	near := nearestKey(at, path, s, d.root.paths())
	allowed := strings.Join(s.names(), ", ")
	message := "unknown key"
	if near != "" {
		message += "; did you mean " + near + "?"
	}
	d.report(name, Problem{Key: at, Allowed: allowed, Nearest: near, Message: message + " (known here: " + allowed + ")"})
}

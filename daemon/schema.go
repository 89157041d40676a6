package daemon

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
)

var durationType = reflect.TypeFor[time.Duration]()

// schema is one section of a configuration: the fields of a struct, in their order.
type schema struct {
	keys []*key
}

// key is a field of a configuration struct, as its tags describe it.
type key struct {
	name   string // as it stands in the file
	index  []int
	typ    reflect.Type // of the field
	item   reflect.Type // of one value: typ itself, or the element of a list
	list   bool
	fixed  int     // length of an array, 0 otherwise
	sub    *schema // not nil for a section and for a list of sections
	bounds bounds
	oneOf  []string
	unit   string
	doc    string
	flag   string
	arg    string // what the flag's value is called
	live   bool
}

// schemaOf reads the tags of a struct type. A tag that makes no sense is the programmer's error.
func schemaOf(t reflect.Type) (*schema, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("reading the tags of %v: not a struct", t)
	}
	s := &schema{}
	for _, f := range reflect.VisibleFields(t) {
		if len(f.Index) > 1 || !f.IsExported() {
			continue
		}
		name := f.Tag.Get("yaml")
		if name == "-" {
			continue
		}
		if name == "" || strings.ContainsAny(name, ",.[]= ") {
			return nil, fmt.Errorf("reading the tags of %v.%s: yaml:%q is no name of a key", t, f.Name, name)
		}
		if s.find(name) != nil {
			return nil, fmt.Errorf("reading the tags of %v.%s: a second key %s", t, f.Name, name)
		}
		k, err := newKey(name, f)
		if err != nil {
			return nil, fmt.Errorf("reading the tags of %v.%s: %w", t, f.Name, err)
		}
		s.keys = append(s.keys, k)
	}
	return s, nil
}

func newKey(name string, f reflect.StructField) (*key, error) {
	k := &key{
		name: name, index: f.Index, typ: f.Type, item: f.Type, unit: f.Tag.Get("unit"), doc: f.Tag.Get("doc"),
		flag: f.Tag.Get("flag"), arg: f.Tag.Get("arg"), live: f.Tag.Get("live") == "true",
	}
	switch f.Type.Kind() {
	case reflect.Array:
		k.fixed = f.Type.Len()
		fallthrough
	case reflect.Slice:
		k.list, k.item = true, f.Type.Elem()
	}
	k.bounds = unbounded()
	var err error
	switch k.item.Kind() {
	case reflect.Struct:
		k.sub, err = schemaOf(k.item)
		return k, err
	case reflect.String:
		k.oneOf = strings.Fields(f.Tag.Get("oneof"))
		if f.Tag.Get("range") != "" {
			return nil, errors.New("a range on text")
		}
	case reflect.Bool:
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		k.bounds, err = parseBounds(f.Tag.Get("range"), k.item)
	default:
		return nil, fmt.Errorf("a configuration cannot hold %v", f.Type)
	}
	return k, err
}

func (s *schema) find(name string) *key {
	for _, k := range s.keys {
		if k.name == name {
			return k
		}
	}
	return nil
}

func (s *schema) names() []string {
	names := make([]string, len(s.keys))
	for i, k := range s.keys {
		names[i] = k.name
	}
	return names
}

// walk calls fn for every key that holds a value, with its path and its field in v; lists of sections are one value.
func (s *schema) walk(v reflect.Value, path string, fn func(path string, k *key, v reflect.Value)) {
	for _, k := range s.keys {
		at, field := join(path, k.name), v.FieldByIndex(k.index)
		if k.sub != nil && !k.list {
			k.sub.walk(field, at, fn)
			continue
		}
		fn(at, k, field)
	}
}

// lookup finds the key of a path such as steering.kp, and its field in v.
func (s *schema) lookup(v reflect.Value, path string) (*key, reflect.Value) {
	name, rest, deeper := strings.Cut(path, ".")
	k := s.find(name)
	switch {
	case k == nil:
		return nil, reflect.Value{}
	case !deeper:
		return k, v.FieldByIndex(k.index)
	case k.sub == nil || k.list:
		return nil, reflect.Value{}
	}
	return k.sub.lookup(v.FieldByIndex(k.index), rest)
}

// paths lists every key that holds a value.
func (s *schema) paths() []string {
	var paths []string
	for _, k := range s.keys {
		if k.sub != nil && !k.list {
			for _, below := range k.sub.paths() {
				paths = append(paths, join(k.name, below))
			}
			continue
		}
		paths = append(paths, k.name)
	}
	return paths
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

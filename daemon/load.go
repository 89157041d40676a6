package daemon

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Validator is a configuration, or a section of one, with rules that tie several of its keys together. Validate is called
// after every key has passed its own limits; errors joined with errors.Join are reported one by one.
type Validator interface {
	Validate() error
}

// Load reads a configuration into dst, a pointer to a struct that already holds the defaults. Later sources win over
// earlier ones. On error dst is left as it was; a *ConfigError then says everything that is wrong.
//
// The struct's tags say what each key is:
//
//	Kp float64 `yaml:"kp" range:"0..10" unit:"1/m" live:"true" flag:"kp" doc:"Share of the offset that is steered against."`
//
// yaml is the key's name; range its limits (">0..1", "0..", "10ms..2s"); oneof the words allowed, by spaces; unit and doc
// are for people; flag is a command-line flag of its own, and arg what its value is called there if it is a file or a folder;
// live marks what may change while the daemon runs. A field is a bool, a number, text, a time.Duration, a struct (a section),
// or a list of these.
func Load(dst any, sources ...Source) error {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("loading a configuration into %T: a pointer to a struct expected", dst)
	}
	d, err := newDecoder(v.Type().Elem())
	if err != nil {
		return err
	}
	d.target.Set(v.Elem())
	for _, source := range sources {
		source(d)
	}
	if len(d.problems) == 0 {
		d.validate(d.target, d.root, "")
	}
	if len(d.problems) > 0 {
		return &ConfigError{Problems: d.problems}
	}
	v.Elem().Set(d.target)
	return nil
}

// validate asks the sections first and what holds them last.
func (d *decoder) validate(v reflect.Value, s *schema, path string) {
	for _, k := range s.keys {
		if k.sub == nil {
			continue
		}
		field, at := v.FieldByIndex(k.index), join(path, k.name)
		if !k.list {
			d.validate(field, k.sub, at)
			continue
		}
		for i := range field.Len() {
			d.validate(field.Index(i), k.sub, fmt.Sprintf("%s[%d]", at, i))
		}
	}
	rules, ok := v.Addr().Interface().(Validator)
	if !ok {
		return
	}
	err := rules.Validate()
	if err == nil {
		return
	}
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	at, ok := d.where[path]
	if !ok {
		at.Source = "configuration"
	}
	for _, e := range errs {
		if d.told(path, e.Error()) {
			continue
		}
		d.problems = append(d.problems, Problem{Source: at.Source, Line: at.Line, Key: path, Message: e.Error()})
	}
}

// told tells whether a section below path has reported the same: one that is used without Load too asks its parts itself.
func (d *decoder) told(path, message string) bool {
	return slices.ContainsFunc(d.problems, func(p Problem) bool {
		return p.Message == message && p.Key != path && (path == "" || strings.HasPrefix(p.Key, path+"."))
	})
}

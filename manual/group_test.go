package manual

import (
	"reflect"
	"testing"
)

func TestGrouped(t *testing.T) {
	a, b, d := Option{Name: "a", Doc: "1"}, Option{Name: "b", Doc: "2"}, Option{Name: "a", Doc: "3"}
	got := Grouped(Command{Name: "lamp", Commands: []Command{
		{Name: "lamp show", Part: 1, Options: []Option{a}},
		{Name: "lamp set red", Part: 1, Summary: "make it red", Arguments: "FILE", Options: []Option{a}},
		{Name: "lamp set blue", Part: 1, Summary: "make it blue", Words: []string{"x"}, Options: []Option{b, d}},
	}})
	want := []Command{
		{Name: "lamp show", Part: 1, Options: []Option{a}},
		{
			Name: "lamp set", Part: 1, Summary: "red: make it red; blue: make it blue", Arguments: "FILE", Words: []string{"red", "blue", "x"},
			Options: []Option{a, b},
		},
	}
	if !reflect.DeepEqual(got.Commands, want) {
		t.Errorf("%+v\nwant %+v", got.Commands, want)
	}
}

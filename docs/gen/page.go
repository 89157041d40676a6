package main

import (
	"bytes"
	_ "embed" // for the page's words
	"fmt"
	"reflect"
	"text/template"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

//go:embed shared-memory.tmpl
var prose string

// page is docs/shared-memory.md.
func page(s *source) ([]byte, error) {
	records := map[string]reflect.Type{
		"frame": reflect.TypeFor[msg.FrameHeader](), "detection": reflect.TypeFor[msg.Detection](), "lane": reflect.TypeFor[msg.Lane](),
		"line": reflect.TypeFor[msg.Line](), "point": reflect.TypeFor[msg.Point](), "command": reflect.TypeFor[msg.Command](),
	}
	t, err := template.New("page").Funcs(template.FuncMap{
		"header": func() string { return segmentTable(shm.HeaderFields()) },
		"slot":   func() string { return segmentTable(shm.SlotFields()) },
		"record": func(name string) (string, error) {
			t, ok := records[name]
			if !ok {
				return "", fmt.Errorf("no record %q", name)
			}
			return s.structTable(t), nil
		},
		"values":      s.constTable,
		"version":     func() int { return shm.Version },
		"headerBytes": func() int { return shm.HeaderBytes },
		"slotBytes":   func() int { return shm.SlotHeaderBytes },
		"minSlots":    func() int { return shm.MinSlots },
		"group":       func() string { return shm.DefaultGroup },
		"user":        func() string { return shm.DefaultUser },
		"names":       func() []string { return []string{msg.CameraFeed, msg.DetectionResults, msg.ControlCommands} },
	}).Parse(prose)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, nil)
	return b.Bytes(), err
}

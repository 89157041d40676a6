package daemon

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Param is one key of a running daemon's configuration, as /params lists it.
type Param struct {
	Name    string   `json:"name"`           // steering.kp
	Value   any      `json:"value"`          // durations as text
	Default any      `json:"default"`        // built in
	Allowed string   `json:"allowed"`        // in words: a number from 0 to 10 (1/m)
	Unit    string   `json:"unit,omitempty"` // 1/m
	Min     string   `json:"min,omitempty"`  // as the range tag spells it
	Max     string   `json:"max,omitempty"`  //
	OneOf   []string `json:"one_of,omitempty"`
	Doc     string   `json:"doc,omitempty"`
	Live    bool     `json:"live"` // can be changed while running
}

// params lists the keys of a configuration.
func params(s *schema, current, defaults reflect.Value) []Param {
	var list []Param
	s.walk(current, "", func(path string, k *key, v reflect.Value) {
		_, d := s.lookup(defaults, path)
		list = append(list, Param{
			Name: path, Value: jsonValue(v, k), Default: jsonValue(d, k), Allowed: k.allowed(), Unit: k.unit,
			Min: k.bounds.minText, Max: k.bounds.maxText, OneOf: k.oneOf, Doc: k.doc, Live: k.live,
		})
	})
	return list
}

// jsonValue is a value with its keys and units as in the configuration file.
func jsonValue(v reflect.Value, k *key) any {
	switch {
	case k.list:
		item := *k
		item.list = false
		list := make([]any, v.Len())
		for i := range list {
			list[i] = jsonValue(v.Index(i), &item)
		}
		return list
	case k.sub != nil:
		section := map[string]any{}
		for _, sub := range k.sub.keys {
			section[sub.name] = jsonValue(v.FieldByIndex(sub.index), sub)
		}
		return section
	case k.item == durationType:
		return fmt.Sprint(v.Interface())
	}
	return v.Interface()
}

// changes is a source of values from the body of a request: a JSON object from keys to values. Only live keys may change.
func changes(body []byte) Source {
	return func(d *decoder) {
		d.source = "request"
		var values map[string]json.RawMessage
		if err := json.Unmarshal(body, &values); err != nil {
			d.report(nil, Problem{Message: "not a JSON object of keys and values: " + strings.TrimPrefix(err.Error(), "json: ")})
			return
		}
		for _, path := range sortedKeys(values) {
			k, _ := d.root.lookup(d.target, path)
			if k != nil && k.sub == nil && !k.live {
				d.report(nil, Problem{Key: path, Message: "cannot change while running; set it in the configuration and restart"})
				continue
			}
			d.assignNode(path, jsonNode(values[path]))
		}
	}
}

// jsonNode is a JSON value as YAML, of which JSON is a subset but for the escapes in text.
func jsonNode(raw json.RawMessage) *yaml.Node {
	var text string
	if json.Unmarshal(raw, &text) == nil && len(raw) > 0 && raw[0] == '"' {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: text}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil || len(doc.Content) == 0 {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: string(raw)}
	}
	clearLines(doc.Content[0])
	return doc.Content[0]
}

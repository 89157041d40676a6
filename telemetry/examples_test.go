package telemetry

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// paths are the keys of a JSON value, with those of what is in it; of a list, those of its first element.
func paths(v any, under string) []string {
	var list []string
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			list = append(list, under+k)
			list = append(list, paths(x, under+k+".")...)
		}
	case []any:
		if len(v) > 0 {
			list = paths(v[0], under)
		}
	}
	slices.Sort(list)
	return list
}

// TestExamples holds the manual's examples to the messages: each topic has one, with all of its keys and no others.
func TestExamples(t *testing.T) {
	text, err := os.ReadFile("../docs/telemetry.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)```json (\\w+)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		examples[m[1]] = m[2]
	}
	for topic, message := range map[string]any{
		TopicFrame: &Frame{}, TopicDetection: &Detection{}, TopicState: &State{}, TopicLane: &LaneFound{},
		TopicControl: &Control{}, TopicEvent: &Event{}, TopicStatus: &Status{},
		"request": &Request{}, "answer": &Answer{},
	} {
		var shown, again any
		d := json.NewDecoder(strings.NewReader(examples[topic]))
		d.DisallowUnknownFields()
		if err := d.Decode(message); err != nil {
			t.Errorf("%s: %v", topic, err)
			continue
		}
		written, err := json.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(examples[topic]), &shown); err != nil {
			t.Fatal(err)
		}
		if a, b := paths(shown, ""), paths(again, ""); !reflect.DeepEqual(a, b) {
			t.Errorf("%s: the example has %v\nthe message %v", topic, a, b)
		}
	}
}

package manual

import "flag"

// Text is a flag for text that a few words are usual for. It takes any other text too: what is allowed is for the command
// to say, in its own words.
func Text(to *string, value string, words ...string) flag.Value {
	*to = value
	return &text{to, words}
}

type text struct {
	to    *string
	words []string
}

func (t *text) Words() []string { return t.words }

func (t *text) Set(s string) error {
	*t.to = s
	return nil
}

// String is also asked of a zero text, to find out whether a default is worth telling.
func (t *text) String() string {
	if t.to == nil {
		return ""
	}
	return *t.to
}

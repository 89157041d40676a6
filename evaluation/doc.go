// Package evaluation runs a detector over a set of pictures of which the truth is known, and tells how good it is: as
// values, as a table, as JSON, and as a page of HTML with the worst frames.
//
// It knows two kinds of set, drawn lines and masks of the paint (set.go), and package score judges both (judge.go). It neither
// reads pictures nor detects: the caller hands it a Look. Videos have no truth: what is told about them (video.go) is how
// steadily lines are found, with and without the frames before.
package evaluation

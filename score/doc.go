// Package score says how good found lane lines are: against lines that somebody has drawn, against masks of the paint, and,
// for a sequence without either, by how steadily they are found.
//
// Against drawn lines (labels.go, frame.go, tally.go): each frame has a left and a right line of the vehicle's lane, or lacks
// it; each line found is a hit, wrong or a ghost, each line not found is missed. Rows are looked at from half the height
// downwards, every fifth one. A line is a hit when at least three quarters of the rows that the true one covers there lie
// within 2.5 % of the width of it, across the line.
//
// Against masks (mask.go, paint.go): a line that was claimed is a hit when at least three quarters of its own rows there lie
// as near to a pixel of the mask.
//
// Besides: whether confidence means what it says (reliability.go), and how steadily lines are found (sequence.go).
//
// Lengths are in pixels of the frame, rows count downwards. The package imports the standard library alone.
package score

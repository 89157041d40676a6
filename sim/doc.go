// Package sim is a vehicle on a painted course, seen through its own camera, with the truth about where it is.
//
// A [Scenario] (YAML; five are built in, see [Names]) describes the course, its paint and light, the camera and the
// vehicle. A [World] made from it moves the vehicle with Step, draws what the camera sees with Render, and knows how well
// it drives: Truth. Labels, Mask and Export give the ground truth of the picture last drawn.
//
//	road geometry ──▶ Course ──┐
//	                           ├─▶ World.Step ─▶ Truth
//	commands ──▶ Vehicle ──────┘       │
//	                                   └─▶ World.Render ─▶ picture, Labels, Mask
//
// Frames. World and vehicle: x forward or east, y left or north, z up, metres, headings counter-clockwise in radians. The
// vehicle's reference point is the middle of its rear axle, on the ground. Image: pixels, the centre of the top left one
// is (0, 0). The course is measured by s, the distance along the centre of the ego lane, and d, the distance to the left
// of it. Steering is −1…1 with right positive; offsets, headings and curvatures count left as positive.
//
// Everything is a function of scenario, seed and commands: the same ones give the same bytes, on one machine
// architecture. Lines in the picture are polygons filled with exact area coverage, so a line thinner than a pixel fades
// instead of flickering, and labels and mask come from the very polygons that were painted.
package sim

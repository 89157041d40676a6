// Package calib is what is known of a vehicle's camera: its lens, and where it sits above the ground. It turns pixels into
// metres.
//
//	File (YAML) ──▶ Calibration: Camera, the lens, and Ground, the mounting
//	                     └─▶ View: pixel ↔ place on the ground
//
// Picture: pixels; the centre of the top left one is (0, 0), u grows to the right, v downwards, as in OpenCV. Vehicle:
// metres, x forward, y left, z up, the origin on the ground below the middle of the rear axle. Camera: right, down, ahead.
//
// The lens is a pinhole with Brown's distortion (D. C. Brown, Decentering Distortion of Lenses, Photogrammetric
// Engineering 32(3), 1966; Z. Zhang, A Flexible New Technique for Camera Calibration, IEEE PAMI 22(11), 2000), in the form
// and with the names that OpenCV gives it ("plumb bob", https://docs.opencv.org/4.6.0/d9/d0c/group__calib3d.html): a ray
// (x, y, 1) of the camera, r² = x² + y², is seen at
//
//	x″ = x·(1 + k1·r² + k2·r⁴ + k3·r⁶) + 2·p1·x·y + p2·(r² + 2x²), u = fx·x″ + cx
//	y″ = y·(1 + k1·r² + k2·r⁴ + k3·r⁶) + p1·(r² + 2y²) + 2·p2·x·y, v = fy·y″ + cy
//
// The mounting turns the camera by yaw, then pitch, then roll, each about the axes that the turn before has left
// (ISO 8855): positive yaw looks left, positive pitch looks down, positive roll lowers the camera's right side.
//
// The package holds values and arithmetic alone: it reads and writes one file, when asked.
package calib

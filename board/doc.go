// Package board finds a printed chessboard in pictures and calibrates the camera that took them.
//
//	Find       picture ──▶ corners, or why there are none
//	Calibrate  corners of many pictures ──▶ calib.Camera, and how well each picture agrees with it
//	Coverage   which parts of the picture the boards were in
//	Guide      live: when to take a picture, and what is still missing
//
// The method is Zhang's (A Flexible New Technique for Camera Calibration, IEEE PAMI 22(11), 2000) as OpenCV has it:
// https://docs.opencv.org/4.6.0/d9/d0c/group__calib3d.html. OpenCV ends the process on input that it refuses, since no
// exception passes from C++ to Go; so everything is checked here before it is handed over.
package board

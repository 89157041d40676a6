package detect

/*
#cgo pkg-config: opencv4
#cgo CXXFLAGS: -std=c++11
#include "opencv.h"
*/
import "C"

import (
	"errors"
	"fmt"

	"gocv.io/x/gocv"
)

// setThreads bounds the threads that OpenCV computes with, in the whole process. gocv 0.31 has no binding for it, nor for
// the questions below.
func setThreads(n int) { C.lane_set_threads(C.int(n)) }

// targetAvailable says whether OpenCV's dnn module can compute there. Asked for one that it cannot, it computes on the CPU
// without a word, or ends the process.
func targetAvailable(backend gocv.NetBackendType, target gocv.NetTargetType) bool {
	return C.lane_target_available(C.int(backend), C.int(target)) != 0
}

// selectCUDA chooses the CUDA device of the calling thread.
func selectCUDA(device int) error {
	switch n := int(C.lane_cuda_devices()); {
	case n == 0:
		return errors.New("there is no CUDA device, or OpenCV is built without CUDA, as Debian's is")
	case n < 0:
		return errors.New("the CUDA driver does not fit OpenCV's CUDA: see nvidia-smi, or the version of JetPack")
	case device >= n:
		return fmt.Errorf("there are %d CUDA devices, counted from 0", n)
	}
	if C.lane_select_cuda(C.int(device)) != 0 {
		return errors.New("CUDA cannot use it: see nvidia-smi, or tegrastats on a Jetson")
	}
	return nil
}

// What the network needs of OpenCV and gocv does not bind. No function here throws.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

// lane_set_threads bounds the threads of OpenCV's parallel regions, of the whole process.
void lane_set_threads(int n);

// lane_target_available says whether this OpenCV was built with a backend of its dnn module, and has the target now.
int lane_target_available(int backend, int target);

// lane_cuda_devices is the number of CUDA devices, 0 where OpenCV is built without CUDA, -1 without a fitting driver.
int lane_cuda_devices(void);

// lane_select_cuda makes a device the one that the calling thread uses; 0 on success.
int lane_select_cuda(int device);

#ifdef __cplusplus
}
#endif

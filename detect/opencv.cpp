#include "opencv.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/core/cuda.hpp>
#include <opencv2/dnn.hpp>

void lane_set_threads(int n) {
    try {
        cv::setNumThreads(n);
    } catch (...) {
    }
}

int lane_target_available(int backend, int target) {
    try {
        const auto targets = cv::dnn::getAvailableTargets(static_cast<cv::dnn::Backend>(backend));
        return std::find(targets.begin(), targets.end(), target) != targets.end();
    } catch (...) {
        return 0;
    }
}

int lane_cuda_devices() {
    try {
        return cv::cuda::getCudaEnabledDeviceCount();
    } catch (...) {
        return -1;
    }
}

int lane_select_cuda(int device) {
    try {
        cv::cuda::setDevice(device);
        return 0;
    } catch (...) {
        return -1;
    }
}

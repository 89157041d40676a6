package camera

import (
	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// colorCode is OpenCV's conversion from any format but JPEG to RGB24, BGR24 or Gray8. YUV is BT.601, limited range, as
// webcams send it.
func colorCode(from, to msg.PixelFormat) gocv.ColorConversionCode {
	return [...][4]gocv.ColorConversionCode{
		msg.RGB24: {msg.BGR24: gocv.ColorBGRToRGB, msg.Gray8: gocv.ColorRGBToGray},
		msg.BGR24: {msg.RGB24: gocv.ColorBGRToRGB, msg.Gray8: gocv.ColorBGRToGray},
		msg.Gray8: {msg.RGB24: gocv.ColorGrayToBGR, msg.BGR24: gocv.ColorGrayToBGR},
		msg.YUYV:  {msg.RGB24: gocv.ColorYUVToRGBYUY2, msg.BGR24: gocv.ColorYUVToBGRYUY2, msg.Gray8: gocv.ColorYUVToGRAYYUY2},
		msg.NV12:  {msg.RGB24: gocv.ColorYUVToRGBNV12, msg.BGR24: gocv.ColorYUVToBGRNV12},
	}[from][to]
}

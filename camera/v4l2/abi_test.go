package v4l2

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"
)

// layout is what both the Go structures and the C header must give, in the order in which abi.c prints it.
func layout() string {
	var b strings.Builder
	for _, v := range []struct {
		name  string
		value uintptr
	}{
		{"sizeof v4l2_capability", unsafe.Sizeof(capability{})},
		{"sizeof v4l2_fmtdesc", unsafe.Sizeof(fmtDesc{})},
		{"sizeof v4l2_format", unsafe.Sizeof(format{})},
		{"sizeof v4l2_pix_format", unsafe.Sizeof(pixFormat{})},
		{"sizeof v4l2_requestbuffers", unsafe.Sizeof(requestBuffers{})},
		{"sizeof v4l2_buffer", unsafe.Sizeof(buffer{})},
		{"sizeof v4l2_streamparm", unsafe.Sizeof(streamParm{})},
		{"sizeof v4l2_frmsizeenum", unsafe.Sizeof(frmSizeEnum{})},
		{"sizeof v4l2_frmivalenum", unsafe.Sizeof(frmIvalEnum{})},
		{"v4l2_capability.bus_info", unsafe.Offsetof(capability{}.BusInfo)},
		{"v4l2_capability.capabilities", unsafe.Offsetof(capability{}.Capabilities)},
		{"v4l2_capability.device_caps", unsafe.Offsetof(capability{}.DeviceCaps)},
		{"v4l2_fmtdesc.pixelformat", unsafe.Offsetof(fmtDesc{}.PixelFormat)},
		{"v4l2_format.fmt", unsafe.Offsetof(format{}.Pix)},
		{"v4l2_pix_format.bytesperline", unsafe.Offsetof(pixFormat{}.BytesPerLine)},
		{"v4l2_pix_format.sizeimage", unsafe.Offsetof(pixFormat{}.SizeImage)},
		{"v4l2_buffer.timestamp", unsafe.Offsetof(buffer{}.Sec)},
		{"v4l2_buffer.sequence", unsafe.Offsetof(buffer{}.Sequence)},
		{"v4l2_buffer.memory", unsafe.Offsetof(buffer{}.Memory)},
		{"v4l2_buffer.m", unsafe.Offsetof(buffer{}.Offset)},
		{"v4l2_buffer.length", unsafe.Offsetof(buffer{}.Length)},
		{"v4l2_streamparm.parm.capture.timeperframe", unsafe.Offsetof(streamParm{}.TimePerFrame)},
		{"v4l2_frmsizeenum.discrete", unsafe.Offsetof(frmSizeEnum{}.MinWidth)},
		{"v4l2_frmivalenum.discrete", unsafe.Offsetof(frmIvalEnum{}.Min)},
		{"VIDIOC_QUERYCAP", vidiocQuerycap}, {"VIDIOC_ENUM_FMT", vidiocEnumFmt}, {"VIDIOC_G_FMT", vidiocGFmt},
		{"VIDIOC_S_FMT", vidiocSFmt}, {"VIDIOC_REQBUFS", vidiocReqbufs}, {"VIDIOC_QUERYBUF", vidiocQuerybuf},
		{"VIDIOC_QBUF", vidiocQbuf}, {"VIDIOC_DQBUF", vidiocDqbuf}, {"VIDIOC_STREAMON", vidiocStreamon},
		{"VIDIOC_STREAMOFF", vidiocStreamoff}, {"VIDIOC_G_PARM", vidiocGParm}, {"VIDIOC_S_PARM", vidiocSParm},
		{"VIDIOC_ENUM_FRAMESIZES", vidiocEnumFramesizes}, {"VIDIOC_ENUM_FRAMEINTERVALS", vidiocEnumFrameintervals},
		{"V4L2_PIX_FMT_RGB24", uintptr(RGB24)}, {"V4L2_PIX_FMT_BGR24", uintptr(BGR24)}, {"V4L2_PIX_FMT_YUYV", uintptr(YUYV)},
		{"V4L2_PIX_FMT_NV12", uintptr(NV12)}, {"V4L2_PIX_FMT_GREY", uintptr(GREY)}, {"V4L2_PIX_FMT_MJPEG", uintptr(MJPEG)},
		{"V4L2_PIX_FMT_JPEG", uintptr(JPEG)},
	} {
		fmt.Fprintf(&b, "%s %d\n", v.name, v.value)
	}
	return b.String()
}

// The structures and numbers equal those of the machine's own kernel header.
func TestLayoutEqualsTheKernelHeader(t *testing.T) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("needs gcc to compile the kernel's header: ", err)
	}
	if _, err := os.Stat("/usr/include/linux/videodev2.h"); err != nil {
		t.Skip("needs linux-libc-dev: ", err)
	}
	var c strings.Builder
	c.WriteString("#include <stdio.h>\n#include <stddef.h>\n#include <linux/videodev2.h>\nint main(void) {\n")
	for line := range strings.Lines(layout()) {
		name := line[:strings.LastIndexByte(line, ' ')]
		value := name
		if typ, ok := strings.CutPrefix(name, "sizeof "); ok {
			value = "sizeof(struct " + typ + ")"
		} else if typ, field, ok := strings.Cut(name, "."); ok {
			value = fmt.Sprintf("offsetof(struct %s, %s)", typ, field)
		}
		fmt.Fprintf(&c, "\tprintf(\"%s %%lu\\n\", (unsigned long)(%s));\n", name, value)
	}
	c.WriteString("}\n")
	dir := t.TempDir()
	src, bin := filepath.Join(dir, "abi.c"), filepath.Join(dir, "abi")
	if err := os.WriteFile(src, []byte(c.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(gcc, "-o", bin, src).CombinedOutput(); err != nil {
		t.Fatalf("compiling: %v\n%s", err, out)
	}
	want, err := exec.Command(bin).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := layout(); got != string(want) {
		t.Errorf("layout\n got\n%s\nwant\n%s", got, want)
	}
}

// The same, for machines without the header.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want uintptr
	}{
		{"capability", unsafe.Sizeof(capability{}), 104}, {"fmtDesc", unsafe.Sizeof(fmtDesc{}), 64},
		{"format", unsafe.Sizeof(format{}), 208}, {"requestBuffers", unsafe.Sizeof(requestBuffers{}), 20},
		{"buffer", unsafe.Sizeof(buffer{}), 88}, {"streamParm", unsafe.Sizeof(streamParm{}), 204},
		{"frmSizeEnum", unsafe.Sizeof(frmSizeEnum{}), 44}, {"frmIvalEnum", unsafe.Sizeof(frmIvalEnum{}), 52},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d bytes, want %d", c.name, c.got, c.want)
		}
	}
}

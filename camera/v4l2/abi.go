package v4l2

// The kernel's structures and request numbers, as include/uapi/linux/videodev2.h defines them for 64-bit machines. A
// test compiles that header and compares.

const (
	vidiocQuerycap           = 0x80685600
	vidiocEnumFmt            = 0xc0405602
	vidiocGFmt               = 0xc0d05604
	vidiocSFmt               = 0xc0d05605
	vidiocReqbufs            = 0xc0145608
	vidiocQuerybuf           = 0xc0585609
	vidiocQbuf               = 0xc058560f
	vidiocDqbuf              = 0xc0585611
	vidiocStreamon           = 0x40045612
	vidiocStreamoff          = 0x40045613
	vidiocGParm              = 0xc0cc5615
	vidiocSParm              = 0xc0cc5616
	vidiocEnumFramesizes     = 0xc02c564a
	vidiocEnumFrameintervals = 0xc034564b
)

const (
	bufTypeVideoCapture = 1
	memoryMmap          = 1
	fieldNone           = 1

	capVideoCapture       = 0x00000001
	capVideoCaptureMplane = 0x00001000
	capVideoM2mMplane     = 0x00004000
	capVideoM2m           = 0x00008000
	capMetaCapture        = 0x00800000
	capStreaming          = 0x04000000
	capDeviceCaps         = 0x80000000

	capTimePerFrame = 0x1000 // in captureParm.Capability

	bufFlagError              = 0x00000040
	bufFlagTimestampMask      = 0x0000e000
	bufFlagTimestampMonotonic = 0x00002000

	sizeDiscrete = 1 // frmSizeEnum.Type and frmIvalEnum.Type; 2 and 3 are ranges
)

type capability struct { // struct v4l2_capability
	Driver       [16]byte
	Card         [32]byte
	BusInfo      [32]byte
	Version      uint32
	Capabilities uint32
	DeviceCaps   uint32
	_            [3]uint32
}

type fmtDesc struct { // struct v4l2_fmtdesc
	Index       uint32
	Type        uint32
	Flags       uint32
	Description [32]byte
	PixelFormat FourCC
	MbusCode    uint32
	_           [3]uint32
}

type pixFormat struct { // struct v4l2_pix_format
	Width, Height uint32
	PixelFormat   FourCC
	Field         uint32
	BytesPerLine  uint32
	SizeImage     uint32
	Colorspace    uint32
	Priv          uint32
	Flags         uint32
	YcbcrEnc      uint32
	Quantization  uint32
	XferFunc      uint32
}

type format struct { // struct v4l2_format
	Type uint32
	_    uint32
	Pix  pixFormat
	_    [152]byte
}

type requestBuffers struct { // struct v4l2_requestbuffers
	Count, Type, Memory, Capabilities uint32
	_                                 [4]byte
}

type buffer struct { // struct v4l2_buffer
	Index     uint32
	Type      uint32
	BytesUsed uint32
	Flags     uint32
	Field     uint32
	_         uint32
	Sec, Usec int64
	_         [16]byte // struct v4l2_timecode
	Sequence  uint32
	Memory    uint32
	Offset    uint64 // union m; the mmap offset is its first four bytes
	Length    uint32
	_         uint32
	_         uint32
	_         uint32
}

type fraction struct{ Numerator, Denominator uint32 } // struct v4l2_fract

type streamParm struct { // struct v4l2_streamparm
	Type         uint32
	Capability   uint32
	CaptureMode  uint32
	TimePerFrame fraction
	_            [184]byte
}

type frmSizeEnum struct { // struct v4l2_frmsizeenum
	Index       uint32
	PixelFormat FourCC
	Type        uint32
	// MinWidth and MaxWidth are the discrete width and height when Type is sizeDiscrete.
	MinWidth, MaxWidth, StepWidth, MinHeight, MaxHeight, StepHeight uint32
	_                                                               [2]uint32
}

type frmIvalEnum struct { // struct v4l2_frmivalenum
	Index         uint32
	PixelFormat   FourCC
	Width, Height uint32
	Type          uint32
	Min           fraction // the shortest interval, or the discrete one
	_             [2]fraction
	_             [2]uint32
}

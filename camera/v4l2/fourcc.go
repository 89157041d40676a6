package v4l2

import "strings"

// FourCC is a pixel format as V4L2 names it: four characters, the first in the lowest byte.
type FourCC uint32

// The formats that frames can be taken in.
const (
	RGB24 FourCC = 'R' | 'G'<<8 | 'B'<<16 | '3'<<24
	BGR24 FourCC = 'B' | 'G'<<8 | 'R'<<16 | '3'<<24
	YUYV  FourCC = 'Y' | 'U'<<8 | 'Y'<<16 | 'V'<<24
	NV12  FourCC = 'N' | 'V'<<8 | '1'<<16 | '2'<<24
	GREY  FourCC = 'G' | 'R'<<8 | 'E'<<16 | 'Y'<<24
	MJPEG FourCC = 'M' | 'J'<<8 | 'P'<<16 | 'G'<<24
	JPEG  FourCC = 'J' | 'P'<<8 | 'E'<<16 | 'G'<<24
)

func (f FourCC) String() string {
	b := []byte{byte(f), byte(f >> 8), byte(f >> 16), byte(f >> 24)}
	for i, c := range b {
		if c < ' ' || c > '~' {
			b[i] = '?'
		}
	}
	return strings.TrimRight(string(b), " ")
}

// compressed formats have pictures of any length; the length of the others is fixed.
func (f FourCC) compressed() bool { return f == MJPEG || f == JPEG }

// dataBytes is the least that a whole picture takes with the given stride; 0 for a compressed one.
func (f FourCC) dataBytes(height, stride int) int {
	switch {
	case f.compressed():
		return 0
	case f == NV12:
		return stride * (height + (height+1)/2)
	}
	return stride * height
}

// rowBytes is the length of a row without padding.
func (f FourCC) rowBytes(width int) int {
	switch f {
	case RGB24, BGR24:
		return 3 * width
	case YUYV:
		return 2 * width
	case MJPEG, JPEG:
		return 0
	}
	return width
}

// bayer holds the codes of unprocessed sensor pictures: one colour a pixel, 8 to 16 bits deep, packed or not.
const bayer = "BA81 GBRG GRBG RGGB " + "BG10 GB10 BA10 RG10 pBAA pGAA pgAA pRAA " + "aBA8 aGA8 agA8 aRA8 bBA8 bGA8 BD10 bRA8 " +
	"BG12 GB12 BA12 RG12 pBCC pGCC pgCC pRCC " + "BG14 GB14 GR14 RG14 pBEE pGEE pgEE pREE " + "BYR2 GB16 GR16 RG16 "

// Raw says whether the format is an unprocessed (Bayer) sensor picture, which needs an image signal processor before it
// is a picture.
func (f FourCC) Raw() bool { return strings.Contains(bayer, f.String()+" ") && len(f.String()) == 4 }

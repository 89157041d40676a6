package v4l2

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
)

// kernel is the part of the operating system that a device is reached through.
type kernel interface {
	open(path string) (fd int, err error)
	close(fd int) error
	ioctl(fd int, request uintptr, arg unsafe.Pointer) error
	mmap(fd int, offset int64, length int) ([]byte, error)
	munmap(mem []byte) error
	// poll waits at most timeoutMs for a frame or an error and returns the POLL… bits; 0 means that none came.
	poll(fd, timeoutMs int) (int16, error)
}

// linux is the real one.
type linux struct{}

func (linux) open(path string) (int, error) {
	return unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
}

func (linux) close(fd int) error { return unix.Close(fd) }

func (linux) ioctl(fd int, request uintptr, arg unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(arg))
		if errno == 0 {
			return nil
		}
		if errno != unix.EINTR { // Go interrupts its own threads to preempt them
			return errno
		}
	}
}

func (linux) mmap(fd int, offset int64, length int) ([]byte, error) {
	return unix.Mmap(fd, offset, length, unix.PROT_READ, unix.MAP_SHARED)
}

func (linux) munmap(mem []byte) error { return unix.Munmap(mem) }

func (linux) poll(fd, timeoutMs int) (int16, error) {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	if _, err := unix.Poll(fds[:], timeoutMs); err != nil && !errors.Is(err, unix.EINTR) {
		return 0, err
	}
	return fds[0].Revents, nil
}

package provisioner

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// smallest is the least size mkfs.xfs accepts. Smaller claims get this much, and are told so.
const smallest = 300 << 20

// disks keeps one image file and one mount point a volume below root.
type disks struct{ root string }

func (d disks) image(name string) string { return filepath.Join(d.root, name+".img") }
func (d disks) mount(name string) string { return filepath.Join(d.root, name) }

// ensure makes the volume exist with at least the size and be mounted.
//
// It may be called again after a failure or a crash at any point: the image gets
// its name only after it has a file system.
func (d disks) ensure(name string, size int64) error {
	image, mount := d.image(name), d.mount(name)
	if _, err := os.Stat(image); errors.Is(err, fs.ErrNotExist) {
		if err := format(image, size); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := os.MkdirAll(mount, 0o755); err != nil {
		return err
	}
	mounted, err := isMountPoint(mount)
	if err != nil || mounted {
		return err
	}
	// With autoclear, which `mount -o loop` sets, the device goes with the mount.
	return run("mount", "-t", "xfs", "-o", "loop,nodev", image, mount)
}

// grow makes a mounted volume at least as big as size. A volume never shrinks.
func (d disks) grow(name string, size int64) error {
	image, mount := d.image(name), d.mount(name)
	info, err := os.Stat(image)
	if err != nil {
		return err
	}
	if info.Size() < size {
		if err := os.Truncate(image, size); err != nil {
			return err
		}
	}
	device, err := loopDevice(image)
	if err != nil {
		return err
	}
	if err := run("losetup", "--set-capacity", device); err != nil {
		return err
	}
	return run("xfs_growfs", mount)
}

// remove deletes the volume and what it holds. A volume that is not there is no error.
func (d disks) remove(name string) error {
	mount := d.mount(name)
	mounted, err := isMountPoint(mount)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if mounted {
		// Whoever still has a file open here keeps the device, and nothing else.
		if err := syscall.Unmount(mount, syscall.MNT_DETACH); err != nil {
			return fmt.Errorf("unmount %s: %w", mount, err)
		}
	}
	// Not RemoveAll: had the unmount not worked, that would empty a volume in use.
	return errors.Join(removeFile(mount), removeFile(d.image(name)))
}

func format(image string, size int64) error {
	draft := image + ".new"
	if err := removeFile(draft); err != nil {
		return err
	}
	file, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(file.Truncate(size), file.Close()); err != nil {
		return err
	}
	// -K: there is nothing to discard in a new sparse file.
	if err := run("mkfs.xfs", "-q", "-K", draft); err != nil {
		return err
	}
	return os.Rename(draft, image)
}

// loopDevice finds the device of an image by what the kernel says is behind it.
func loopDevice(image string) (string, error) {
	backings, err := filepath.Glob("/sys/block/loop*/loop/backing_file")
	if err != nil {
		return "", err
	}
	for _, backing := range backings {
		file, err := os.ReadFile(backing)
		if err == nil && strings.TrimSuffix(string(file), "\n") == image {
			return "/dev/" + filepath.Base(filepath.Dir(filepath.Dir(backing))), nil
		}
	}
	return "", fmt.Errorf("no loop device for %s", image)
}

// isMountPoint tells a mount from a plain directory by the device it is on.
func isMountPoint(path string) (bool, error) {
	var here, above syscall.Stat_t
	if err := syscall.Stat(path, &here); err != nil {
		return false, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	if err := syscall.Stat(filepath.Dir(path), &above); err != nil {
		return false, &fs.PathError{Op: "stat", Path: filepath.Dir(path), Err: err}
	}
	return here.Dev != above.Dev, nil
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func run(program string, args ...string) error {
	output, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, bytes.TrimSpace(output))
	}
	return nil
}

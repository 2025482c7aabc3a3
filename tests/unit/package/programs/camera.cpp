// A camera for tests: with this library loaded before all others, the file that MOTE_TEST_CAMERA names is a Video for Linux device which
// gives the file's frames (YUYV, MOTE_TEST_CAMERA_WIDTH x MOTE_TEST_CAMERA_HEIGHT, rows padded by 6 bytes) from buffers that are mapped,
// each filled only after it was queued, as a driver does it.
#include <linux/videodev2.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

struct Camera {
    int file = -1;
    unsigned width = 0, height = 0, row = 0, frame = 0;
    std::vector<unsigned char> frames;
    std::deque<unsigned> queued;
    bool streams = false;
};
Camera camera;

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

unsigned frame_bytes() { return camera.row * camera.height; }
unsigned frame_count() { return static_cast<unsigned>(camera.frames.size()) / (camera.width * 2 * camera.height); }

int open_camera(const char* path) {
    camera.width = static_cast<unsigned>(std::atoi(std::getenv("MOTE_TEST_CAMERA_WIDTH")));
    camera.height = static_cast<unsigned>(std::atoi(std::getenv("MOTE_TEST_CAMERA_HEIGHT")));
    camera.row = camera.width * 2 + 6;
    std::FILE* from = std::fopen(path, "rbe");
    for (int c; (c = std::fgetc(from)) != EOF;) camera.frames.push_back(static_cast<unsigned char>(c));
    std::fclose(from);
    camera.file = ::memfd_create("camera", 0);
    return camera.file;
}

int fail(int error) {
    errno = error;
    return -1;
}

int set_format(v4l2_format& format) {
    if (format.fmt.pix.pixelformat != V4L2_PIX_FMT_YUYV) return fail(EINVAL);
    format.fmt.pix.width = camera.width, format.fmt.pix.height = camera.height, format.fmt.pix.bytesperline = camera.row;
    return 0;
}

int give_frame(v4l2_buffer& buffer) {
    if (!camera.streams || camera.queued.empty()) return fail(EAGAIN);
    if (camera.frame == frame_count()) return fail(ENODEV);  // pulled out
    buffer.index = camera.queued.front(), buffer.bytesused = frame_bytes(), buffer.sequence = camera.frame, buffer.flags = 0;
    camera.queued.pop_front();
    for (unsigned y = 0; y < camera.height; ++y) {
        const unsigned char* row = camera.frames.data() + (camera.frame * camera.height + y) * camera.width * 2;
        if (::pwrite(camera.file, row, camera.width * 2, buffer.index * 65536 + y * camera.row) < 0) return -1;
    }
    ++camera.frame;
    return 0;
}

}  // namespace

extern "C" int open(const char* path, int flags, ...) {
    const char* const wanted = std::getenv("MOTE_TEST_CAMERA");
    if (wanted != nullptr && std::string(path) == wanted) return open_camera(path);
    va_list rest;
    va_start(rest, flags);
    const int mode = va_arg(rest, int);
    va_end(rest);
    return next<int (*)(const char*, int, ...)>("open")(path, flags, mode);
}

extern "C" int poll(pollfd* files, nfds_t count, int timeout) {
    if (camera.file >= 0 && count == 1) return files->revents = POLLIN, 1;
    return next<int (*)(pollfd*, nfds_t, int)>("poll")(files, count, timeout);
}

extern "C" int ioctl(int file, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void* const argument = va_arg(rest, void*);
    va_end(rest);
    if (file != camera.file || file < 0) return next<int (*)(int, unsigned long, ...)>("ioctl")(file, request, argument);
    auto& buffer = *static_cast<v4l2_buffer*>(argument);
    switch (request) {
        case VIDIOC_QUERYCAP:
            static_cast<v4l2_capability*>(argument)->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
            return 0;
        case VIDIOC_S_FMT:
            return set_format(*static_cast<v4l2_format*>(argument));
        case VIDIOC_REQBUFS:
            static_cast<v4l2_requestbuffers*>(argument)->count = 2;
            return ::ftruncate(camera.file, 2 * 65536);
        case VIDIOC_QUERYBUF:
            buffer.length = frame_bytes(), buffer.m.offset = buffer.index * 65536;
            return 0;
        case VIDIOC_QBUF:
            camera.queued.push_back(buffer.index);
            return 0;
        case VIDIOC_STREAMON:
        case VIDIOC_STREAMOFF:
            camera.streams = request == VIDIOC_STREAMON;
            return 0;
        case VIDIOC_DQBUF:
            return give_frame(buffer);
        default:
            return fail(ENOTTY);
    }
}

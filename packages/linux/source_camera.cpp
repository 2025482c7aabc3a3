// Video for Linux 2, with the kernel's buffers mapped (linux/videodev2.h); and frames of the same formats from a pipe.
#include "pixels.hpp"
#include "source.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

namespace runner {

namespace {

void check_images(const Facts& facts) {
    if (!facts.is_image()) throw Failure("this model does not look at images");
}

class Camera final : public Source {
  public:
    Camera(const SourceOptions& options, const Facts& facts)
        : facts_(facts), name_(options.device), file_(options.device, O_RDWR | O_NONBLOCK) {
        check_images(facts);
        v4l2_capability able;
        std::memset(&able, 0, sizeof able);
        if (!control(VIDIOC_QUERYCAP, &able)) throw Failure(name_ + " is no camera");
        const std::uint32_t can = (able.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? able.device_caps : able.capabilities;
        if ((can & V4L2_CAP_VIDEO_CAPTURE) == 0 || (can & V4L2_CAP_STREAMING) == 0)
            throw Failure(name_ + " gives no stream of pictures: v4l2-ctl --list-devices names those that do");
        choose_format(options);
        map_buffers();
        int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        if (!control(VIDIOC_STREAMON, &type)) fail("does not start");
    }
    ~Camera() override {
        int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        (void)control(VIDIOC_STREAMOFF, &type);
        for (const Mapping& mapping : mappings_) ::munmap(mapping.bytes, mapping.size);
    }

    bool is_live() const override { return true; }
    unsigned overruns() const override { return overruns_; }

    Got read(std::vector<float>& values) override {
        if (!file_.has_bytes()) return Got::nothing;
        v4l2_buffer buffer = empty_buffer();
        if (!control(VIDIOC_DQBUF, &buffer)) {
            if (errno == EAGAIN || errno == EINTR) return Got::nothing;
            fail("gives no picture");
        }
        const std::size_t needed = row_bytes_ * height_;
        const bool is_whole = (buffer.flags & V4L2_BUF_FLAG_ERROR) == 0 && buffer.index < mappings_.size() && buffer.bytesused >= needed &&
                              mappings_[buffer.index].size >= needed;
        if (is_whole && has_sequence_ && buffer.sequence != sequence_ + 1) ++overruns_;
        sequence_ = buffer.sequence, has_sequence_ = true;
        if (is_whole)
            append_image(static_cast<const std::uint8_t*>(mappings_[buffer.index].bytes), format_, width_, height_, row_bytes_, facts_,
                         values);
        if (!control(VIDIOC_QBUF, &buffer)) fail("takes no buffer back");
        return values.empty() ? Got::nothing : Got::frames;
    }

  private:
    struct Mapping {
        void* bytes;
        std::size_t size;
    };

    bool control(unsigned long request, void* argument) const {
        int answer;
        do answer = ::ioctl(file_.get(), request, argument);
        while (answer < 0 && errno == EINTR);
        return answer >= 0;
    }
    [[noreturn]] void fail(const char* what) const { throw Failure("camera " + name_ + " " + what + ": " + std::strerror(errno)); }

    static v4l2_buffer empty_buffer() {
        v4l2_buffer buffer;
        std::memset(&buffer, 0, sizeof buffer);
        buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, buffer.memory = V4L2_MEMORY_MMAP;
        return buffer;
    }

    /// Uncompressed formats that this program reads, the commonest first.
    void choose_format(const SourceOptions& options) {
        const struct {
            std::uint32_t code;
            PixelFormat format;
        } known[] = {
            {V4L2_PIX_FMT_YUYV, PixelFormat::yuyv}, {V4L2_PIX_FMT_RGB24, PixelFormat::rgb24}, {V4L2_PIX_FMT_GREY, PixelFormat::grey}};
        for (const auto& candidate : known) {
            v4l2_format wanted;
            std::memset(&wanted, 0, sizeof wanted);
            wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
            wanted.fmt.pix.width = static_cast<std::uint32_t>(options.width > 0 ? options.width : 320);
            wanted.fmt.pix.height = static_cast<std::uint32_t>(options.height > 0 ? options.height : 240);
            wanted.fmt.pix.pixelformat = candidate.code;
            wanted.fmt.pix.field = V4L2_FIELD_NONE;
            // A driver may answer with another format or size than it was asked for.
            if (!control(VIDIOC_S_FMT, &wanted) || wanted.fmt.pix.pixelformat != candidate.code) continue;
            format_ = candidate.format, width_ = wanted.fmt.pix.width, height_ = wanted.fmt.pix.height;
            const std::size_t least = frame_bytes(format_, width_, 1);
            row_bytes_ = wanted.fmt.pix.bytesperline > least ? wanted.fmt.pix.bytesperline : least;
            if (width_ < 1 || height_ < 1 || width_ > 8192 || height_ > 8192)
                throw Failure("camera " + name_ + " gives pictures of no sensible size");
            return;
        }
        throw Failure("camera " + name_ + " gives none of the formats YUYV, RGB24 and GREY (v4l2-ctl --list-formats shows which it has)");
    }

    void map_buffers() {
        v4l2_requestbuffers request;
        std::memset(&request, 0, sizeof request);
        request.count = 4, request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, request.memory = V4L2_MEMORY_MMAP;
        if (!control(VIDIOC_REQBUFS, &request) || request.count < 1) fail("has no buffers to map");
        for (std::uint32_t i = 0; i < request.count; ++i) {
            v4l2_buffer buffer = empty_buffer();
            buffer.index = i;
            if (!control(VIDIOC_QUERYBUF, &buffer)) fail("describes no buffer");
            void* const bytes = ::mmap(nullptr, buffer.length, PROT_READ, MAP_SHARED, file_.get(), static_cast<off_t>(buffer.m.offset));
            if (bytes == MAP_FAILED) fail("maps no buffer");
            mappings_.push_back({bytes, buffer.length});
            if (!control(VIDIOC_QBUF, &buffer)) fail("takes no buffer");
        }
    }

    const Facts& facts_;
    std::string name_;
    File file_;
    PixelFormat format_ = PixelFormat::yuyv;
    std::size_t width_ = 0, height_ = 0, row_bytes_ = 0;
    std::vector<Mapping> mappings_;
    bool has_sequence_ = false;
    std::uint32_t sequence_ = 0;
    unsigned overruns_ = 0;
};

class FrameSource final : public Source {
  public:
    FrameSource(const SourceOptions& options, const Facts& facts)
        : facts_(facts),
          file_(options.device),
          format_(pixel_format(options.format.empty() ? "rgb24" : options.format)),
          width_(options.width > 0 ? options.width : facts.width),
          height_(options.height > 0 ? options.height : facts.height) {
        check_images(facts);
        frame_.resize(frame_bytes(format_, width_, height_));
    }
    bool is_live() const override { return false; }

    Got read(std::vector<float>& values) override {
        if (!file_.has_bytes()) return Got::nothing;
        const long count = file_.read(reinterpret_cast<char*>(frame_.data()) + held_, frame_.size() - held_);
        if (count < 0) return Got::nothing;
        if (count == 0) {
            if (held_ > 0)
                throw Failure("the frames end in the middle of one: " + std::to_string(held_) + " of " + std::to_string(frame_.size()) +
                              " bytes; --size and --format say what comes");
            return Got::end;
        }
        held_ += static_cast<std::size_t>(count);
        if (held_ < frame_.size()) return Got::nothing;
        held_ = 0;
        append_image(frame_.data(), format_, width_, height_, frame_.size() / height_, facts_, values);
        return Got::frames;
    }

  private:
    const Facts& facts_;
    File file_;
    PixelFormat format_;
    std::size_t width_, height_;
    std::vector<std::uint8_t> frame_;
    std::size_t held_ = 0;
};

}  // namespace

std::unique_ptr<Source> open_camera(const SourceOptions& options, const Facts& facts) {
    return std::unique_ptr<Source>(new Camera(options, facts));
}

std::unique_ptr<Source> open_frames(const SourceOptions& options, const Facts& facts) {
    return std::unique_ptr<Source>(new FrameSource(options, facts));
}

}  // namespace runner

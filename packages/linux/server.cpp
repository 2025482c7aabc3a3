#include "server.hpp"

#include "protocol.hpp"
#include "stop.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <list>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>  // shm_open
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace runner {

namespace {

constexpr std::size_t clients_max = 16;
/// A client that reads none of its replies is let go.
constexpr std::size_t replies_max_bytes = 4u << 20;

int complain(const std::string& what) {
    std::fprintf(stderr, "error: %s: %s\n", what.c_str(), std::strerror(errno));
    return 1;
}

/// Floats that a client writes while this process may be reading. They are read as a file: a client that makes it shorter gets an error,
/// where memory mapped here would end this process.
class SharedMemory {
  public:
    explicit SharedMemory(std::size_t count) : count_(count) {
        static unsigned number = 0;
        const std::string name = "/mote-" + std::to_string(::getpid()) + "-" + std::to_string(number++);
        file_ = ::shm_open(name.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600);
        if (file_ < 0) return;
        name_ = name;
        if (::ftruncate(file_, static_cast<off_t>(count * sizeof(float))) != 0) remove();
    }
    ~SharedMemory() { remove(); }
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;

    SharedFeatures features() const {
        SharedFeatures out;
        out.name = name_, out.count = count_;
        out.read = [this](std::vector<double>& numbers, std::size_t count) {
            std::vector<float> values(count);
            const std::size_t bytes = count * sizeof(float);
            if (::pread(file_, values.data(), bytes, 0) != static_cast<ssize_t>(bytes)) return false;
            numbers.assign(values.begin(), values.end());
            return true;
        };
        return out;
    }

  private:
    void remove() {
        if (file_ < 0) return;
        ::close(file_);
        ::shm_unlink(name_.c_str());
        name_.clear(), file_ = -1;
    }

    std::string name_;
    std::size_t count_;
    int file_ = -1;
};

/// One connection.
class Client {
  public:
    explicit Client(int socket)
        : socket_(socket),
          engine_(make_engine()),
          shared_(engine_->facts().protocol_values()),
          protocol_(*engine_, shared_.features()),
          cutter_(protocol_.limit_bytes()) {}
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    int socket() const { return socket_; }
    bool has_replies() const { return !replies_.empty(); }

    /// False when the connection is over.
    bool read() {
        char bytes[65536];
        const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        if (count == 0 || is_closing_) return false;
        cutter_.add(bytes, static_cast<std::size_t>(count));
        std::string request;
        for (;;) {
            switch (cutter_.next(request)) {
                case JsonCutter::Found::nothing:
                    return replies_.size() <= replies_max_bytes;
                case JsonCutter::Found::object:
                    reply(protocol_.answer(request));
                    break;
                case JsonCutter::Found::garbage:
                    reply(Protocol::failure("", "a request is a JSON object; what came begins with none"));
                    break;
                case JsonCutter::Found::too_long:
                    reply(Protocol::failure("", "the request is longer than " + std::to_string(protocol_.limit_bytes()) + " bytes"));
                    is_closing_ = true;
                    return true;
            }
        }
    }

    bool write() {
        const ssize_t count = ::send(socket_, replies_.data(), replies_.size(), MSG_NOSIGNAL);
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        replies_.erase(0, static_cast<std::size_t>(count));
        return !(is_closing_ && replies_.empty());
    }

  private:
    /// Clients find the end by the braces or by the zero byte.
    void reply(const std::string& text) { replies_ += text + "\n" + std::string(1, '\0'); }

    int socket_;
    std::unique_ptr<Engine> engine_;
    SharedMemory shared_;
    Protocol protocol_;
    JsonCutter cutter_;
    std::string replies_;
    bool is_closing_ = false;
};

/// The listening socket, or -1 with a message.
int open_socket(const std::string& path) {
    sockaddr_un address;
    std::memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        std::fprintf(stderr, "error: the socket's path is longer than %zu bytes\n", sizeof address.sun_path - 1);
        return -1;
    }
    std::memcpy(address.sun_path, path.c_str(), path.size());
    struct stat there;
    if (::lstat(path.c_str(), &there) == 0) {
        if (!S_ISSOCK(there.st_mode)) {
            std::fprintf(stderr, "error: %s is there and is no socket\n", path.c_str());
            return -1;
        }
        ::unlink(path.c_str());
    }
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const mode_t before = ::umask(0077);
    const bool is_bound = socket >= 0 && ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::umask(before);
    if (!is_bound || ::listen(socket, 8) != 0) {
        complain(path);
        if (socket >= 0) ::close(socket);
        return -1;
    }
    return socket;
}

void accept_client(int listening, std::list<Client>& clients) {
    const int socket = ::accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    if (clients.size() < clients_max)
        clients.emplace_back(socket);
    else
        ::close(socket);
}

}  // namespace

int serve(const std::string& path) {
    stop_on_signals();
    const int listening = open_socket(path);
    if (listening < 0) return 1;
    std::list<Client> clients;
    while (!is_stopped()) {
        std::vector<pollfd> files = {{listening, POLLIN, 0}};
        for (const Client& client : clients)
            files.push_back({client.socket(), static_cast<short>(client.has_replies() ? POLLIN | POLLOUT : POLLIN), 0});
        // The time limit is for a signal that comes just before the wait.
        const int ready = ::poll(files.data(), files.size(), 500);
        if (ready < 0 && errno != EINTR) break;
        if (ready <= 0) continue;
        std::size_t i = 1;
        for (auto client = clients.begin(); client != clients.end(); ++i) {
            const short events = files[i].revents;
            bool stays = (events & (POLLERR | POLLNVAL)) == 0;
            if (stays && (events & (POLLIN | POLLHUP)) != 0) stays = client->read();
            if (stays && client->has_replies()) stays = client->write();
            client = stays ? std::next(client) : clients.erase(client);
        }
        if ((files[0].revents & POLLIN) != 0) accept_client(listening, clients);
    }
    clients.clear();
    ::close(listening);
    ::unlink(path.c_str());
    return 0;
}

}  // namespace runner

#include "stop.hpp"

#include <csignal>
#include <cstring>
#include <initializer_list>

namespace runner {

namespace {

volatile std::sig_atomic_t stopped = 0;

void on_signal(int) { stopped = 1; }

}  // namespace

void stop_on_signals() {
    struct sigaction action;
    std::memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    // Not restarted: a read that waits for a sensor comes back. Reset: a second signal is not waited for.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
}

bool is_stopped() { return stopped != 0; }

}  // namespace runner

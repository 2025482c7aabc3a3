// One HTML page about what a model costs on boards, side by side. Nothing is loaded from elsewhere.
#pragma once

#include "app/profile.hpp"

#include <string>
#include <vector>

namespace mote::app::report {

struct ProfilePage {
    std::string title, subtitle;
    std::vector<std::string> notes;
    std::vector<Profile> targets;
};

std::string render(const ProfilePage& page);

}  // namespace mote::app::report

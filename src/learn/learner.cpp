#include "learn/learner.hpp"

#include "base/text.hpp"

#include <cstdlib>

#include <dlfcn.h>
#include <unistd.h>

namespace mote::learn {

const LearnerType& find_learner_type(std::string_view name) {
    std::vector<std::string> names;
    for (const LearnerType* type : learner_types()) {
        if (type->name == name) return *type;
        names.emplace_back(type->name);
    }
    const std::string near = base::did_you_mean(name, names);
    throw base::Error("not_found", "there is no learner \"" + std::string(name) + "\"",
                      near.empty() ? "the learners are " + base::join(names, ", ") : near);
}

namespace {
std::filesystem::path program_folder() {
    std::error_code failed;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
    return failed ? std::filesystem::path(".") : program.parent_path();
}

std::vector<std::filesystem::path> backend_places() {
    constexpr const char* file = "libmote_torch.so";
    if (const char* chosen = std::getenv("MOTE_TORCH_BACKEND")) return {chosen};
    const auto folder = program_folder();
    return {folder / file, folder.parent_path() / file, folder.parent_path() / "lib" / "mote" / file};
}

Trainer& open_trainer() {
    // libgomp reads this when it is loaded. Spinning threads starve other work (two trainings on two cores stop each other).
    ::setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
    std::vector<std::string> tried;
    for (const auto& place : backend_places()) {
        std::error_code failed;
        if (!std::filesystem::exists(place, failed)) {
            tried.push_back(place.string() + " (no such file)");
            continue;
        }
        void* library = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!library) {
            tried.emplace_back(::dlerror());
            continue;
        }
        using Door = Trainer* (*)();
        if (const auto door = reinterpret_cast<Door>(::dlsym(library, "mote_torch_trainer"))) return *door();
        tried.push_back(place.string() + " (not a training backend)");
        ::dlclose(library);
    }
    throw base::Error("not_found", "the training backend cannot be opened: " + base::join(tried, "; "),
                      "install libtorch (apt install libtorch-dev libopenblas0-openmp) and build again, or name the library in "
                      "MOTE_TORCH_BACKEND; everything but training works without it");
}
}  // namespace

Trainer& trainer() {
    static Trainer& opened = open_trainer();
    return opened;
}

}  // namespace mote::learn

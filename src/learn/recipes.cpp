#include "learn/recipes.hpp"

#include "base/text.hpp"

#include <vector>

namespace mote::learn {

namespace {
Recipe keyword() {
    Recipe r;
    r.name = "keyword", r.help = "spoken words of up to a second: log-mel energies and a small residual network";
    r.rate_hz = 16000, r.window_ms = 1000, r.stride_ms = 500;
    r.block = "mfe";
    r.learner = "res_cnn", r.learner_parameters = {{"size", "medium"}};
    r.train.epochs = 120, r.train.batch_size = 32, r.train.learning_rate = 0.003, r.train.weight_decay = 0.02, r.train.warmup_epochs = 5;
    r.train.mixup = 0.2, r.train.label_smoothing = 0.1, r.train.ema = 0.99, r.train.dropout = 0.1;
    r.train.time_masks = 1, r.train.time_mask_width = 8, r.train.frequency_masks = 1, r.train.frequency_mask_width = 6;
    r.augment.gain_db = 6, r.augment.shift_ms = 100, r.augment.speed_percent = 10;
    r.augment.noise_probability = 0.5, r.augment.noise_snr_low_db = 5, r.augment.noise_snr_high_db = 30;
    return r;
}

Recipe motion() {
    Recipe r;
    r.name = "motion", r.help = "activities from accelerometer and gyroscope: the axes themselves and a one-dimensional residual network";
    r.rate_hz = 100, r.window_ms = 1000, r.stride_ms = 500;
    r.block = "raw";
    r.train_density = 2;
    r.learner = "conv_1d", r.learner_parameters = {{"size", "medium"}};
    r.train.epochs = 60, r.train.batch_size = 64, r.train.learning_rate = 0.003, r.train.weight_decay = 0.02;
    r.train.label_smoothing = 0.1, r.train.ema = 0.995, r.train.keep = "last";
    r.augment.rotate_degrees = 20, r.augment.mirror = true, r.augment.gain_db = 0.5;
    return r;
}

Recipe image() {
    Recipe r;
    r.name = "image", r.help = "small pictures: pixels and a small residual network";
    r.block = "image";
    r.learner = "res_cnn", r.learner_parameters = {{"size", "large"}};
    r.train.epochs = 10, r.train.batch_size = 128, r.train.learning_rate = 0.004, r.train.weight_decay = 0.02;
    r.train.label_smoothing = 0.05, r.train.ema = 0.999;
    r.augment.shift_pixels = 1, r.augment.mirror = true;
    return r;
}
}  // namespace

std::span<const Recipe> recipes() {
    static const std::vector<Recipe> all = {keyword(), motion(), image()};
    return all;
}

const Recipe& find_recipe(std::string_view name) {
    std::vector<std::string> names;
    for (const Recipe& recipe : recipes()) {
        if (recipe.name == name) return recipe;
        names.emplace_back(recipe.name);
    }
    const std::string near = base::did_you_mean(name, names);
    throw base::Error("not_found", "there is no recipe \"" + std::string(name) + "\"",
                      near.empty() ? "the recipes are " + base::join(names, ", ") : near);
}

}  // namespace mote::learn

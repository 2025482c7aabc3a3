#include "app/config.hpp"

#include "app/training.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

#include <gtest/gtest.h>

namespace {

using namespace mote;
using app::Config;

TEST(Config, EveryTemplateReadsBackAsItself) {
    for (const auto& name : app::template_names()) {
        const Config made = app::template_config(name, "my \"odd\" name");
        const Config read = app::config_from_json(base::parse_toml(app::commented_toml(made), name), name);
        EXPECT_EQ(app::to_json(read), app::to_json(made)) << name;
    }
}

std::string refusal(std::string_view toml) {
    try {
        app::config_from_json(base::parse_toml(toml, "mote.toml"), "mote.toml");
    } catch (const base::Error& error) {
        return error.message() + " | " + error.hint();
    }
    return "accepted";
}

TEST(Config, RefusalsNameFileAndKey) {
    EXPECT_EQ(refusal("[trian]\nepochs = 1"), "mote.toml has no setting \"trian\" | did you mean \"train\"?");
    EXPECT_EQ(refusal("[train]\nepoch = 1"), "mote.toml: train has no setting \"epoch\" | did you mean \"epochs\"?");
    EXPECT_EQ(refusal("[train]\nepochs = 0"), "mote.toml: train.epochs is 0, allowed is from 1 to 100000 | choose a value in that range");
    EXPECT_EQ(refusal("[data]\nlabel_mode = \"most\""),
              "mote.toml: data.label_mode is \"most\", allowed are majority, end, anywhere, share | choose one of these");
    EXPECT_EQ(refusal("[data]\nwindow_ms = \"long\""), "mote.toml: data.window_ms must be a number, not \"long\" | change its value");
    EXPECT_EQ(refusal("data = 3"), "mote.toml: data must be a table, not 3 | change its value");
    EXPECT_EQ(refusal("[features]\nblock = 3"), "mote.toml: features.block must be text, not 3 | change its value");
    EXPECT_EQ(refusal("[augment]\nnoise_snr_low_db = 30.0"),
              "mote.toml: augment.noise_snr_low_db is above noise_snr_high_db | swap the two values");
}

TEST(Config, OverridesLieOverTheFile) {
    const base::TemporaryFolder folder;
    base::write_file(folder.path() / "mote.toml", "[train]\nepochs = 5\n");
    const Config config =
        app::read_config(folder.path(), {{"train.epochs", "7"}, {"data.labels", "[\"a\", \"b\"]"}, {"target.board", "rp2040"}});
    EXPECT_EQ(config.train.epochs, 7);
    EXPECT_EQ(config.data.labels, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(config.target.board, "rp2040");
    EXPECT_THROW(app::read_config(folder.path(), {{"epochs", "7"}}), base::Error);
    EXPECT_THROW(app::read_config(folder.path() / "none"), base::Error);
}

TEST(Config, ListeningDecidesNothingAboutTheModel) {
    Config config = app::template_config("sensor", "x");
    const auto before = app::pipeline_of(config);
    config.listen.threshold = 0.3, config.listen.background = {"b"};
    EXPECT_EQ(app::pipeline_of(config), before);
    EXPECT_FALSE(before.contains("listen"));
    EXPECT_EQ(refusal("[listen]\nthreshold = 1.5"),
              "mote.toml: listen.threshold is 1.5, allowed is from 0 to 1 | choose a value in that range");
}

TEST(Config, BackgroundIsNamedOrBeginsWithAnUnderscore) {
    const std::vector<std::string> labels{"_noise_", "_other_", "go", "idle"};
    const auto refused = [&](const std::vector<std::string>& background, const std::vector<std::string>& known) {
        codegen::Listen settings;
        settings.background = background;
        try {
            codegen::background_labels(settings, known);
        } catch (const base::Error& error) {
            return error.message() + " | " + error.hint();
        }
        return std::string("accepted");
    };
    EXPECT_EQ(codegen::background_labels({}, labels), (std::vector<std::string>{"_noise_", "_other_"}));
    codegen::Listen named;
    named.background = {"idle"};
    EXPECT_EQ(codegen::background_labels(named, labels), (std::vector<std::string>{"idle"}));
    EXPECT_TRUE(codegen::background_labels({}, {"go", "idle"}).empty());
    EXPECT_EQ(refused({"idel"}, labels),
              "mote.toml: listen.background names \"idel\", which the model does not know | did you mean \"idle\"?");
    EXPECT_EQ(refused({}, {"_a", "_b"}),
              "every label is background (_a, _b), so that nothing could ever be heard | name those that are "
              "under [listen] background in mote.toml");
}

}  // namespace
